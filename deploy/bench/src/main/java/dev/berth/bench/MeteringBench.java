package dev.berth.bench;

import dev.berth.bench.figure.Figure;
import dev.berth.bench.ring.Feed;
import dev.berth.bench.ring.MeteringAlone;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * From the topic to durable, deduplicated use that can be asked for, with a million events stored and with ten million; asking for the use of
 * a month that has ten million intervals behind it; and deriving all of it anew. Compared with PostgreSQL that is given the same rows by COPY.
 */
final class MeteringBench implements Bench {
    private static final int FEW = 500_000;
    private static final int MANY = 5_000_000;
    private static final int WARM_UP = 250_000;
    private static final int MEASURED = 150_000;
    private static final Duration MONTH = Duration.ofDays(30);
    private static final Duration DAY = Duration.ofHours(24);

    @Override
    public String name() {
        return "metering";
    }

    @Override
    public List<Figure> run(Ground ground) throws SQLException, IOException {
        Instant today = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(26));
        Instant month = today.minus(MONTH);
        int few = (int) (FEW * ground.scale());
        int many = (int) (MANY * ground.scale());
        int measured = (int) (MEASURED * Math.min(1, ground.scale() * 2));
        List<Figure> figures = new ArrayList<>();
        try (MeteringAlone metering = MeteringAlone.start(ground.checkout(), ground.folder(), ground.port());
                Connection database = metering.connect();
                Feed feed = new Feed(metering.bootstrapServers())) {
            Load load = new Load(feed);
            StoredMonth stored = new StoredMonth(metering::connect, load);
            MeteringRound round = new MeteringRound(ground, metering, database, feed, load);
            // What comes first by time is stored last, so that what is measured is younger than all of it.
            Instant split = month.plus(Duration.ofDays(27));
            ground.progress().accept(String.format(Locale.ROOT, "storing %,d events", 2L * few));
            stored.store(few, split, today);
            stored.settle(today);
            ground.progress().accept("warming up");
            round.run((int) (WARM_UP * Math.min(1, ground.scale() * 2)), today, DAY, month);
            round.awaitTold();
            stored.settle(today);

            long distinctBefore = load.distinct();
            Instant mark = RawDatabase.now(database);
            MeteringRound.Result one = round.run(measured, today, DAY, month);
            figures.addAll(ofRound("1 M stored", one));
            RawDatabase raw = new RawDatabase(database, mark);
            double copied = (load.distinct() - distinctBefore) / raw.copySeconds();
            figures.add(Figure.of(name(), "the same rows by COPY into bare PostgreSQL", copied, "events/s"));
            figures.add(Figure.of(name(), "Berth against bare PostgreSQL", one.rate() / copied, "×"));
            raw.remove();
            figures.add(Figure.of(name(), "until all of it is told, after it was taken", round.awaitTold(), "s"));

            if (System.getenv("BENCH_FEW") != null) {
                return figures;
            }
            ground.progress().accept(String.format(Locale.ROOT, "storing %,d events more", 2L * (many - few)));
            stored.store(many - few, month, split);
            stored.settle(today);
            MeteringRound.Result ten = round.run(measured, today, DAY, month);
            figures.addAll(ofRound("10 M stored", ten));
            figures.add(Figure.of(
                            name(),
                            "processor time of an event at 10 M, against 1 M",
                            ten.cpuMsPerThousand() / one.cpuMsPerThousand(),
                            "×")
                    .atMost(1.10));
            round.awaitTold();
            return figures;
        }
    }

    private List<Figure> ofRound(String state, MeteringRound.Result result) {
        List<Figure> figures = new ArrayList<>();
        figures.add(Figure.of(name(), "topic → exact use in the API, " + state, result.rate(), "events/s")
                .atLeast(30_000));
        result.cpuMs()
                .forEach((part, _) -> figures.add(Figure.of(
                        name(),
                        "processor time of %s per 1,000 events, %s".formatted(part, state),
                        result.cpuMsPerThousand(part),
                        "ms")));
        return figures;
    }
}
