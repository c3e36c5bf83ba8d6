package dev.berth.launcher.ring;

import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.machine.DockerHost;
import dev.berth.launcher.machine.MachineRules;
import dev.berth.launcher.part.Ports;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How one installation is to run.
 *
 * @param checkout where Berth was built
 * @param data where it keeps everything
 * @param ports where it listens
 * @param bind the gateway's address; everything else is on loopback
 * @param environment settings by their variable ({@code BERTH_…}); those of the services are passed on
 */
public record RingSettings(
        Path checkout, DataDirectory data, Ports ports, String bind, Map<String, String> environment) {
    /** The setting that says which Stripe there is. */
    public static final String STRIPE = "BERTH_STRIPE";

    /** Its value for the double. */
    public static final String STRIPE_DOUBLE = "test-double";

    /** The settings of billing that name the Stripe it talks to. */
    public static final List<String> STRIPE_SETTINGS = List.of(
            "BERTH_STRIPE_SECRET_KEY",
            "BERTH_STRIPE_PUBLISHABLE_KEY",
            "BERTH_STRIPE_WEBHOOK_SECRET",
            "BERTH_STRIPE_API_BASE",
            "BERTH_STRIPE_HOSTED_BASE");

    /** Copies the map. */
    public RingSettings {
        environment = Map.copyOf(environment);
    }

    /** A setting, if it is given and not empty. */
    public Optional<String> setting(String variable) {
        return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isBlank());
    }

    /** The JDBC URL of a PostgreSQL that is not ours. */
    public Optional<String> externalDatabase() {
        return setting("BERTH_DATABASE_URL");
    }

    /** Bootstrap servers of a Kafka that is not ours. */
    public Optional<String> externalKafka() {
        return setting("BERTH_KAFKA");
    }

    /** Whether the double of Stripe runs beside the services, and billing talks to it. */
    public boolean stripeDouble() {
        return setting(STRIPE).filter(STRIPE_DOUBLE::equals).isPresent();
    }

    /** The Docker Engine. */
    public String dockerHost() {
        return setting("BERTH_DOCKER_HOST").orElse(DockerHost.LOCAL);
    }

    /** Whether start-up caches are used. */
    public boolean usesCaches() {
        return !setting("BERTH_START_CACHE").orElse("on").equals("off");
    }

    /** Whether start-up caches that are missing are made. */
    public boolean makesCaches() {
        return setting("BERTH_START_CACHE").orElse("on").equals("on");
    }

    /** The most that all volumes may take where a file is made for them, in GiB. */
    public OptionalLong volumeDiskGib() {
        return setting("BERTH_VOLUME_DISK_GIB").stream()
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    /** Free disk below which nothing is started, in MiB. */
    public long neededDiskMib() {
        return setting("BERTH_MIN_FREE_MIB").map(Long::parseLong).orElse(1_024L);
    }

    /** Available memory below which nothing is started, in MiB. */
    public long neededMemoryMib() {
        return setting("BERTH_MIN_MEMORY_MIB").map(Long::parseLong).orElse(MachineRules.NEEDED_MEMORY_MIB);
    }
}
