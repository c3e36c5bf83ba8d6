package dev.berth.bench;

import dev.berth.bench.figure.Figure;
import dev.berth.bench.ring.Footprint;
import dev.berth.bench.ring.Ring;
import dev.berth.bench.ring.Wait;
import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.part.Programs;
import dev.berth.schema.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** From a build that is there to a Berth that is ready, the first time and again, and what it weighs when it rests. */
final class UpBench implements Bench {
    private static final Duration REST = Duration.ofSeconds(15);
    private static final Duration CACHES = Duration.ofMinutes(15);
    private static final String BROKER = "kafka";

    @Override
    public String name() {
        return "up";
    }

    @Override
    public List<Figure> run(Ground ground) throws IOException {
        List<Figure> figures = new ArrayList<>();
        ground.progress().accept("the first time");
        timed(figures, "an empty data directory, without start-up caches", ground, "off")
                .close();
        ground.progress().accept("waiting for the start-up caches that it makes in the background");
        try (Ring _ = Ring.up(ground.checkout(), ground.folder(), ground.port(), Map.of("BERTH_START_CACHE", "on"))) {
            Programs programs = Programs.of(ground.checkout(), DataDirectory.at(ground.folder()));
            Wait.until("the caches are made", CACHES, () -> areCached(programs));
        }
        ground.progress().accept("again");
        try (Ring _ = timed(figures, "its own data and start-up caches", ground, "on")) {
            Wait.pause(REST);
            figures.addAll(memory(ground));
        }
        return figures;
    }

    private Ring timed(List<Figure> figures, String from, Ground ground, String caches) {
        long began = System.nanoTime();
        Ring ring = Ring.up(ground.checkout(), ground.folder(), ground.port(), Map.of("BERTH_START_CACHE", caches));
        figures.add(Figure.of(name(), "./berth up -d → ready, with " + from, (System.nanoTime() - began) / 1e9, "s"));
        return ring;
    }

    /** They are shared by all data of a checkout, so they may be there from an earlier start of the same build. */
    private static boolean areCached(Programs programs) {
        return Stream.concat(Stream.of(Service.values()).map(Service::schema), Stream.of(BROKER))
                .allMatch(part -> Files.exists(programs.cache(part)));
    }

    private List<Figure> memory(Ground ground) throws IOException {
        List<Figure> figures = new ArrayList<>();
        double rss = 0;
        double pss = 0;
        for (Map.Entry<String, Footprint> part : Footprint.of(ground.folder()).entrySet()) {
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
}
