package dev.berth.bench;

import dev.berth.bench.figure.Figure;
import dev.berth.bench.ring.Memory;
import dev.berth.bench.ring.Ring;
import dev.berth.bench.ring.Wait;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From a build that is there to a Berth that is ready, the first time and again, and what it weighs when it rests. */
final class UpBench implements Bench {
    private static final Duration REST = Duration.ofSeconds(15);
    private static final List<String> SERVICES = List.of("gateway", "provisioner", "metering", "billing");

    @Override
    public String name() {
        return "up";
    }

    @Override
    public List<Figure> run(Ground ground) throws IOException {
        List<Figure> figures = new ArrayList<>();
        for (String time : List.of("the first time", "the second time", "the third time")) {
            ground.progress().accept(time);
            long began = System.nanoTime();
            try (Ring _ = Ring.up(ground.checkout(), ground.folder(), ground.port())) {
                figures.add(
                        Figure.of(name(), "./berth up -d → ready, " + time, (System.nanoTime() - began) / 1e9, "s"));
                if (time.startsWith("the third")) {
                    Wait.pause(REST);
                    figures.addAll(memory(ground));
                }
            }
        }
        return figures;
    }

    private List<Figure> memory(Ground ground) throws IOException {
        List<Figure> figures = new ArrayList<>();
        double rss = 0;
        double pss = 0;
        for (Map.Entry<String, Memory> part :
                Memory.of(ground.folder(), UpBench::partOf).entrySet()) {
            rss += part.getValue().rssKib() / 1024.0;
            pss += part.getValue().pssKib() / 1024.0;
            figures.add(
                    Figure.of(name(), part.getKey() + ", RSS", part.getValue().rssKib() / 1024.0, "MiB"));
            figures.add(
                    Figure.of(name(), part.getKey() + ", PSS", part.getValue().pssKib() / 1024.0, "MiB"));
        }
        figures.add(Figure.of(name(), "all, RSS", rss, "MiB"));
        figures.add(Figure.of(name(), "all, PSS", pss, "MiB"));
        return figures;
    }

    /** The part a command line belongs to. */
    private static @Nullable String partOf(String command) {
        for (String service : SERVICES) {
            if (command.contains("dev.berth." + service + ".")) {
                return service;
            }
        }
        if (command.contains("bin/postgres ") || command.startsWith("postgres:")) {
            return "postgresql";
        }
        if (command.contains("launcher.broker")) {
            return "kafka";
        }
        return command.contains("dev.berth.launcher") ? "launcher" : null;
    }
}
