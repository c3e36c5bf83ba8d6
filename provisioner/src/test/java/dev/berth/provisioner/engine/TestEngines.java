package dev.berth.provisioner.engine;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Real engines for tests, and addresses that tests of one machine do not fight over. */
final class TestEngines {
    private TestEngines() {}

    static DockerEngine docker(String installation, String... registries) {
        return at(TestImages.host(), installation, registries);
    }

    static DockerEngine at(String host, String installation, String... registries) {
        return new DockerEngine(
                new EngineProperties(
                        host, installation, 512, 16384, 2, 2, 500, 1024, "", Duration.ofMinutes(1), "remapped"),
                new ImageProperties(List.of(), List.of(registries), 64, 256),
                new SimpleMeterRegistry());
    }

    /** The addresses so many networks after one of {@link #subnet}, which hold fewer. */
    static String beside(String subnet, int number) {
        String[] part = subnet.split("[./]");
        return "10.253.%s.%d/28".formatted(part[2], Integer.parseInt(part[3]) + 16 * (number - 1));
    }

    static String subnet() {
        return "10.254.%d.%d/26"
                .formatted(
                        ThreadLocalRandom.current().nextInt(256),
                        64 * ThreadLocalRandom.current().nextInt(4));
    }
}
