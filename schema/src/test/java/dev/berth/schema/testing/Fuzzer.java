package dev.berth.schema.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Fuzzes all targets of a module with Jazzer, which is led by the branches that an input reaches. Inputs that found something before are in
 * {@code src/test/resources/fuzz/<target>/} and come first. Builds begin alike ({@code -Dberth.fuzz.seed=1}), but which branches were reached depends on what else ran, so that a build
 * may find a fault which those before it did not; to look for longer, and elsewhere: {@code -Dberth.fuzz.seed=7 -Dberth.fuzz.factor=50}, to see more than the first fault {@code -Dberth.fuzz.faults=20}, and to be led by what is compared with what, too, which
 * is several times slower, {@code -Dberth.fuzz.trace=all}.
 *
 * @see <a href="https://github.com/CodeIntelligenceTesting/jazzer">Jazzer</a>, and decision 0025
 */
public final class Fuzzer {
    private static final Path CLASSES = Path.of("target/test-classes");
    private static final Path SEEDS = Path.of("src/test/resources/fuzz");
    private static final Path WORK = Path.of("target/fuzz");
    private static final Pattern DONE = Pattern.compile("Done ([0-9]+) runs in");
    private static final Pattern ARTIFACT = Pattern.compile("Test unit written to (\\S+)");
    private static final long MOST_MINUTES_EACH = 10;
    private static final int MOST_CHARS = 8192;

    private Fuzzer() {}

    /** The targets of the module that is tested now, in the order of their names. */
    public static List<String> targets() {
        try (Stream<Path> files = Files.walk(CLASSES)) {
            return files.map(file -> CLASSES.relativize(file).toString())
                    .filter(name -> name.endsWith("Fuzz.class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A target by the name of its class. */
    public static FuzzTarget target(String name) {
        return FuzzChild.make(name);
    }

    /**
     * Gives every target the inputs that found something before.
     *
     * @return how many there are
     */
    public static int replay() throws Exception {
        int inputs = 0;
        for (String name : targets()) {
            FuzzTarget target = FuzzChild.make(name);
            for (Path file : seeds(name)) {
                FuzzChild.execute(target, Files.readAllBytes(file));
                inputs++;
            }
        }
        return inputs;
    }

    /**
     * Fuzzes all targets of the module, each as often as it says, and leaves the numbers in {@code target/fuzz/executions.properties}.
     *
     * @return how often each was executed
     * @throws AssertionError with the input that a target fails at
     */
    public static Map<String, Long> run() {
        try {
            List<String> targets = targets();
            int factor = Integer.getInteger(FuzzChild.FACTOR, 1);
            long runs = targets.stream()
                    .mapToLong(name -> (long) FuzzChild.make(name).executions() * factor)
                    .sum();
            Path corpus = Files.createDirectories(WORK.resolve("seeds"));
            Path learnt = Files.createDirectories(WORK.resolve("learnt"));
            empty(corpus);
            empty(learnt);
            writeSeeds(targets, corpus);
            Path counts = WORK.resolve("executions.properties");
            Files.deleteIfExists(counts);
            String said = jazzer(targets, runs, factor, List.of(learnt, corpus));
            Matcher done = DONE.matcher(said);
            if (!done.find() || ARTIFACT.matcher(said).find()) {
                throw new AssertionError("the fuzzer stopped before its end\n" + tail(said) + "\n" + artifact(said));
            }
            if (Long.parseLong(done.group(1)) < runs) {
                throw new AssertionError("%s executions instead of %d".formatted(done.group(1), runs));
            }
            return read(counts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String jazzer(List<String> targets, long runs, int factor, List<Path> corpora) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx640m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+EnableDynamicAgentLoading",
                "-Djdk.attach.allowAttachSelf=true",
                "-Duser.timezone=UTC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-D%s=%s".formatted(FuzzChild.TARGETS, String.join(",", targets)),
                "-D%s=%s".formatted(FuzzChild.COUNTS, WORK.resolve("executions.properties")),
                "-D%s=%d".formatted(FuzzChild.FACTOR, factor),
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FuzzChild.class.getName(),
                "--instrumentation_includes=dev.berth.**",
                "--custom_hook_includes=dev.berth.**",
                "--reproducer_path=" + WORK,
                "--trace=" + System.getProperty("berth.fuzz.trace", "cov"),
                "--keep_going=" + Integer.getInteger("berth.fuzz.faults", 1),
                "-artifact_prefix=" + WORK + "/",
                "-runs=" + runs,
                "-seed=" + Long.getLong("berth.fuzz.seed", 1),
                "-max_len=512",
                "-timeout=20",
                "-rss_limit_mb=0",
                "-print_final_stats=0"));
        corpora.forEach(corpus -> command.add(corpus.toString()));
        Path log = WORK.resolve("jazzer.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(MOST_MINUTES_EACH * factor, TimeUnit.MINUTES)) {
                throw new AssertionError("the fuzzer was not done in time; see " + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(log);
    }

    private static void writeSeeds(List<String> targets, Path corpus) throws IOException {
        for (int i = 0; i < targets.size(); i++) {
            for (Path seed : seeds(targets.get(i))) {
                Path file = corpus.resolve("%d-%s".formatted(i, seed.getFileName()));
                Files.write(file, Files.readAllBytes(seed));
                Files.write(file, new byte[] {(byte) i}, StandardOpenOption.APPEND);
            }
        }
    }

    private static List<Path> seeds(String target) throws IOException {
        Path folder = SEEDS.resolve(target.substring(target.lastIndexOf('.') + 1));
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static void empty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    private static Map<String, Long> read(Path counts) throws IOException {
        Properties read = new Properties();
        try (var in = Files.newBufferedReader(counts)) {
            read.load(in);
        }
        Map<String, Long> all = new TreeMap<>();
        read.forEach((name, count) -> all.put(String.valueOf(name), Long.valueOf(String.valueOf(count))));
        return all;
    }

    /** The input that failed, without the byte that chose its target, to be kept beside the target. */
    private static String artifact(String said) throws IOException {
        Matcher written = ARTIFACT.matcher(said);
        if (!written.find()) {
            return "no input was kept";
        }
        byte[] data = Files.readAllBytes(Path.of(written.group(1)));
        Path input = WORK.resolve("fault");
        Files.write(input, Arrays.copyOf(data, Math.max(0, data.length - 1)));
        return "to keep it: cp %s src/test/resources/fuzz/<target>/<what it is>".formatted(input.toAbsolutePath());
    }

    private static String tail(String said) {
        int at = said.indexOf("== Java Exception");
        String from = at >= 0 ? said.substring(at) : said.substring(Math.max(0, said.length() - MOST_CHARS));
        return from.length() > MOST_CHARS ? from.substring(0, MOST_CHARS) : from;
    }
}
