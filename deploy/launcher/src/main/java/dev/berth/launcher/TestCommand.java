package dev.berth.launcher;

import dev.berth.launcher.engine.Engine;
import dev.berth.launcher.machine.DockerHost;
import dev.berth.launcher.machine.Mending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        name = "test",
        description =
                "Installs what the tests need (Debian, Ubuntu), starts a Docker Engine when none runs, and runs all tests.",
        mixinStandardHelpOptions = true)
final class TestCommand implements Callable<Integer> {
    private static final String RYUK = "testcontainers/ryuk";
    private static final String RYUK_TAG = "0.13.0";

    @picocli.CommandLine.Parameters(
            arity = "0..*",
            paramLabel = "ARG",
            description =
                    "Handed to Maven, such as -Dtest=Name. ('./berth test quick' leaves out what needs Docker, PostgreSQL or Kafka.)")
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() {
        Mending.forTests(DockerHost.LOCAL, System.out::println);
        Map<String, String> environment = new HashMap<>();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1");
        environment.put("TESTCONTAINERS_CHECKS_DISABLE", "true");
        if (!ryukCanBeHad()) {
            environment.put("TESTCONTAINERS_RYUK_DISABLED", "true");
        }
        List<String> maven = new ArrayList<>(List.of("verify", "--fail-at-end"));
        maven.addAll(arguments);
        return Mending.maven(Where.checkout(), environment, maven) == 0 ? 0 : 1;
    }

    /** Testcontainers' own cleaner is an image: where no registry answers, the tests close their containers themselves. */
    private static boolean ryukCanBeHad() {
        Engine engine = new Engine(DockerHost.LOCAL);
        return engine.hasImage(RYUK + ":" + RYUK_TAG)
                || engine.pull(RYUK, RYUK_TAG, Duration.ofSeconds(20)).isEmpty();
    }
}
