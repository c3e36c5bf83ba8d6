package dev.berth.bench;

import dev.berth.bench.figure.Figure;
import dev.berth.bench.figure.Report;
import dev.berth.launcher.part.HttpProbe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./berth bench [name]…}: runs the measurements and prints one table. A missed target does not change the exit code. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description =
                "Measures Berth against its targets: launch, metering, metering-growth, scale, usage-latency, up, client, api, close, cap.")
public final class Main implements Callable<Integer> {
    private static final Map<String, Bench> BENCHES = List.of(
                    new UpBench(),
                    new LaunchBench(),
                    new LatencyBench(),
                    new MeteringBench(),
                    new MeteringGrowthBench(),
                    new ScaleBench(),
                    new ClientBench(),
                    new ApiBench(),
                    new CloseBench(),
                    new CapBench())
            .stream()
            .collect(Collectors.toMap(Bench::name, Function.identity(), (a, _) -> a, java.util.LinkedHashMap::new));
    private static final int PORTS = 8;

    @Parameters(
            arity = "0..*",
            paramLabel = "name",
            description =
                    "up, launch, usage-latency, metering, metering-growth, scale, client, api, close, cap; all when none is named")
    private List<String> names = List.of();

    @Option(names = "--port", description = "the first of eight free ports; default ${DEFAULT-VALUE}")
    private int port = 18480;

    @Option(
            names = "--scale",
            description = "less than 1 for a quick look, which proves nothing; default ${DEFAULT-VALUE}")
    private double scale = 1;

    @Option(names = "--keep", description = "leaves the data directories where they are")
    private boolean keep;

    /** Runs and exits. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        List<String> wanted = names.isEmpty() ? List.copyOf(BENCHES.keySet()) : names;
        for (String name : wanted) {
            if (!BENCHES.containsKey(name)) {
                System.err.printf(
                        "There is no measurement '%s'. There are: %s%n", name, String.join(", ", BENCHES.keySet()));
                return 2;
            }
        }
        for (int offset = 0; offset < PORTS; offset++) {
            if (HttpProbe.listens("127.0.0.1", port + offset)) {
                System.err.printf("Port %d is in use; choose another row of eight with --port N.%n", port + offset);
                return 2;
            }
        }
        Path root =
                Path.of(System.getProperty("berth.home", ".")).toAbsolutePath().normalize();
        Path work = Files.createDirectories(root.resolve("deploy/bench/target"));
        Map<String, String> machine = Machine.facts(root);
        List<Figure> figures = new ArrayList<>();
        for (String name : wanted) {
            Path folder = Files.createTempDirectory(work, name + "-");
            System.err.printf("== %s%n", name);
            figures.addAll(java.util.Objects.requireNonNull(BENCHES.get(name))
                    .run(new Bench.Ground(root, folder, port, scale, line -> System.err.println("   " + line))));
            if (!keep) {
                Machine.remove(folder);
            }
        }
        Report report = new Report(
                machine,
                "./berth bench " + String.join(" ", wanted) + (scale == 1 ? "" : " --scale " + scale),
                figures);
        System.out.print(report.table());
        Files.writeString(work.resolve("results.json"), report.json() + "\n");
        Files.writeString(work.resolve("RESULTS.md"), report.markdown());
        System.out.printf("%nAlso in %s and RESULTS.md beside it.%n", work.resolve("results.json"));
        return 0;
    }
}
