package dev.berth.provisioner.engine;

import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** The contract on whatever speaks Docker's API, with programs of {@link TestImages#BUSYBOX}. */
abstract class DockerConformance extends EngineConformance {
    private final String subnet = TestEngines.subnet();

    @Override
    abstract DockerEngine engine();

    @Override
    String subnet() {
        return subnet;
    }

    @Override
    ContainerSpec spec(Behaviour behaviour) {
        List<String> command = switch (behaviour) {
            case SERVER -> List.of("/bin/sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done");
            case STUBBORN -> List.of("/bin/sleep", "3600");
            case ENDS_WITH_3 -> List.of("/bin/sh", "-c", "echo one; echo two >&2; exit 3");
            case BROKEN -> List.of("/there/is/none");
        };
        return new ContainerSpec(
                ContainerId.next(),
                account,
                WorkloadId.next(),
                "web-1",
                List.of("web", "web-1"),
                engine().image(TestImages.BUSYBOX).orElseThrow(),
                command,
                List.of(),
                Map.of("GREETING", "hello"),
                Size.of(100, 64),
                true,
                ContainerSpec.Start.USUAL,
                network);
    }

    /** Real engines for tests, and addresses that tests of one machine do not fight over. */
    static final class TestEngines {
        private TestEngines() {}

        static DockerEngine docker(String installation, String... registries) {
            return at(TestImages.host(), installation, registries);
        }

        static DockerEngine at(String host, String installation, String... registries) {
            return new DockerEngine(
                    new EngineProperties(host, installation, 512, 16384, 2, 2, 500, 1024, "", Duration.ofMinutes(1)),
                    new ImageProperties(List.of(), List.of(registries), 64, 256),
                    new SimpleMeterRegistry());
        }

        static String subnet() {
            return "10.254.%d.%d/26"
                    .formatted(
                            ThreadLocalRandom.current().nextInt(256),
                            64 * ThreadLocalRandom.current().nextInt(4));
        }
    }
}
