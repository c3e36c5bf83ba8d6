package dev.berth.launcher;

import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.machine.DockerHost;
import dev.berth.launcher.machine.Mending;
import dev.berth.launcher.machine.Packages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "bench",
        description = "Runs the measurements; each prints a ratio taken in one run.",
        mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "NAME", description = "Which (default: all).")
    private List<String> names = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Consumer<String> say = what -> System.out.println("berth: " + what);
        new DockerHost(new Packages(say), say, Mending.DOCKERD_LOG).ensure(DockerHost.LOCAL);
        Path target = Where.checkout().resolve("deploy/bench/target");
        int built = Mending.maven(
                Where.checkout(),
                Map.of("JAVA_HOME", System.getProperty("java.home")),
                List.of("-q", "package", "-DskipTests", "-pl", "deploy/bench", "-am"));
        if (built != 0 || !Files.isDirectory(target.resolve("lib"))) {
            throw new LaunchException("The benchmarks could not be built.", "See what Maven says above.");
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx2g",
                "-Dberth.home=" + Where.checkout().toAbsolutePath(),
                "-cp",
                "%s/bench.jar:%s/lib/*".formatted(target, target),
                "dev.berth.bench.Main"));
        command.addAll(names);
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0 ? 0 : 1;
    }
}
