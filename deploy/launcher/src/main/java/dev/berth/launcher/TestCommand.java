package dev.berth.launcher;

import dev.berth.launcher.machine.DockerHost;
import dev.berth.launcher.machine.Mending;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Makes the machine ready; the script runs Maven then, so that no build changes the jars of a launcher that runs. */
@Command(
        name = "test",
        description =
                "Installs what the tests need (Debian, Ubuntu), starts a Docker Engine when none runs, and runs all tests."
                        + " What follows 'test' is handed to Maven; 'test quick' leaves out what needs Docker, PostgreSQL or Kafka.",
        mixinStandardHelpOptions = true)
final class TestCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        Mending.forTests(DockerHost.LOCAL, what -> System.out.println("berth: " + what));
        return 0;
    }
}
