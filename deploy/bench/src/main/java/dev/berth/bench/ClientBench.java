package dev.berth.bench;

import dev.berth.bench.figure.Figure;
import dev.berth.bench.figure.Samples;
import dev.berth.bench.ring.Ring;
import dev.berth.bench.ring.Shell;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long the customer's command line takes, from the shell's start of the script to its end, in turns with a JVM that does nothing
 * ({@code java -version}) and with curl that asks the same; with the start-up cache, which the first use of a build makes in the
 * background, and without.
 */
final class ClientBench implements Bench {
    private static final String TIME = "TIMEFORMAT='%3R %3U %3S'; { time \"$@\" >/dev/null 2>&1; } 2>&1";
    private static final int WARM_UP = 3;
    private static final int ROUNDS = 30;
    private static final double PROMISED_MS = 500;

    @Override
    public String name() {
        return "client";
    }

    @Override
    public List<Figure> run(Ground ground) {
        String berth = ground.checkout().resolve("berth").toString();
        String java = System.getProperty("java.home") + "/bin/java";
        ground.progress().accept("making the start-up cache");
        Shell.run("env", "BERTH_START_CACHE=on", berth, "--make-start-cache");
        try (Ring ring = Ring.up(ground.checkout(), ground.folder(), ground.port())) {
            String key = ring.signUp().at("/api_key/secret").asString();
            String url = "http://127.0.0.1:" + ground.port();
            List<Timed> all = List.of(
                    new Timed("java -version", List.of(java, "-version")),
                    new Timed(
                            "curl of the same list",
                            List.of("curl", "-sf", "-H", "Authorization: Bearer " + key, url + "/v1/workloads")),
                    new Timed("berth --version", List.of(berth, "--version")),
                    new Timed("berth ps", as(url, key, "on", berth)),
                    new Timed("berth ps without the cache", as(url, key, "off", berth)));
            int rounds = (int) Math.ceil(ROUNDS * ground.scale());
            for (int round = -WARM_UP; round < rounds; round++) {
                for (Timed one : all) {
                    one.run(round >= 0);
                }
            }
            return figures(all);
        }
    }

    private static List<String> as(String url, String key, String cache, String berth) {
        return List.of(
                "env", "BERTH_URL=" + url, "BERTH_API_KEY=" + key, "BERTH_START_CACHE=" + cache, berth, "ps", "-q");
    }

    private List<Figure> figures(List<Timed> all) {
        List<Figure> figures = new ArrayList<>();
        for (Timed one : all) {
            Samples samples = new Samples(one.took);
            Figure median = Figure.of(name(), one.what + ", median", samples.median(), "ms");
            boolean promised = one.what.equals("berth ps") || one.what.equals("berth --version");
            figures.add(promised ? median.atMost(PROMISED_MS) : median);
            figures.add(Figure.of(name(), one.what + ", p90", samples.percentile(90), "ms"));
            figures.add(Figure.of(
                    name(), one.what + ", processor time, median", new Samples(one.processor).median(), "ms"));
        }
        double jvm = new Samples(all.get(0).took).median();
        double curl = new Samples(all.get(1).took).median();
        double version = new Samples(all.get(2).took).median();
        double ps = new Samples(all.get(3).took).median();
        figures.add(Figure.of(name(), "berth --version against java -version", version / jvm, "×"));
        figures.add(Figure.of(name(), "berth ps against java -version", ps / jvm, "×"));
        figures.add(Figure.of(name(), "berth ps against curl", ps / curl, "×"));
        return figures;
    }

    /** A command and how long it took each time. */
    private static final class Timed {
        private final String what;
        private final List<String> command;
        private final List<Duration> took = new ArrayList<>();
        private final List<Duration> processor = new ArrayList<>();

        Timed(String what, List<String> command) {
            this.what = what;
            this.command = command;
        }

        void run(boolean counts) {
            List<String> words = new ArrayList<>(List.of("bash", "-c", TIME, "time"));
            words.addAll(command);
            String[] told = Shell.run(words.toArray(String[]::new)).split(" ");
            if (counts) {
                took.add(seconds(told[0]));
                processor.add(seconds(told[1]).plus(seconds(told[2])));
            }
        }

        private static Duration seconds(String text) {
            return Duration.ofMillis(new BigDecimal(text).movePointRight(3).longValueExact());
        }
    }
}
