package dev.berth.provisioner.engine;

import java.util.List;

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
    String subnet(int number) {
        return TestEngines.beside(subnet, number);
    }

    @Override
    ContainerSpec spec(Behaviour behaviour) {
        List<String> command = switch (behaviour) {
            case SERVER -> List.of("/bin/sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done");
            case STUBBORN -> List.of("/bin/sleep", "3600");
            case ENDS_WITH_3 -> List.of("/bin/sh", "-c", "echo one; echo two >&2; exit 3");
            case BROKEN -> List.of("/there/is/none");
        };
        return specOf(engine().image(TestImages.BUSYBOX).orElseThrow(), command, ContainerSpec.Start.USUAL);
    }
}
