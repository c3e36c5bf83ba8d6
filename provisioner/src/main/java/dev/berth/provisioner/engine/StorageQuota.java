package dev.berth.provisioner.engine;

import com.github.dockerjava.api.model.Info;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Whether the engine's storage driver can limit how much a container writes into its own root. What the engine says of itself
 * does not tell for sure (overlay2 on XFS needs the mount option pquota), so a refusal of the option is believed too. Pure.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/container/create/">docker create, --storage-opt</a>
 */
final class StorageQuota {
    private static final Set<String> ALWAYS = Set.of("btrfs", "zfs");

    private StorageQuota() {}

    static boolean possible(Info info) {
        String driver = Objects.requireNonNullElse(info.getDriver(), "");
        return ALWAYS.contains(driver)
                || (driver.equals("overlay2") && backing(info).equals("xfs"));
    }

    private static String backing(Info info) {
        List<List<String>> statuses = Objects.requireNonNullElse(info.getDriverStatuses(), List.<List<String>>of());
        return statuses.stream()
                .filter(status -> status.size() == 2 && status.get(0).equals("Backing Filesystem"))
                .map(status -> status.get(1))
                .findFirst()
                .orElse("");
    }

    /** Whether a container was refused since its size on disk cannot be limited. */
    static boolean refused(EngineException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("storage-opt") || message.contains("storage opt") || message.contains("quota");
    }

    static String finding(Info info, int mostMib) {
        return ("the storage driver %s cannot limit how much a container writes into a writable root: Berth looks about every ten"
                        + " seconds and ends what has more than %d MiB, but a burst in between can fill the disk;"
                        + " use overlay2 on XFS mounted with pquota, or btrfs")
                .formatted(Objects.requireNonNullElse(info.getDriver(), "in use"), mostMib);
    }
}
