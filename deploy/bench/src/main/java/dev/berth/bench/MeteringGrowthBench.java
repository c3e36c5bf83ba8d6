package dev.berth.bench;

import dev.berth.bench.figure.Figure;
import dev.berth.bench.ring.Feed;
import dev.berth.bench.ring.MeteringAlone;
import dev.berth.bench.ring.Wait;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How taking facts grows: one consumer that has all partitions, a service as it is shipped, two replicas of it. Everything shares the
 * processors of one machine, so it grows only as far as those are idle; what an event costs says what more machines would give.
 */
final class MeteringGrowthBench implements Bench {
    private static final int STORED = 250_000;
    private static final int WARM_UP = 150_000;
    private static final int MEASURED = 150_000;
    private static final Duration DAY = Duration.ofHours(24);

    @Override
    public String name() {
        return "metering-growth";
    }

    @Override
    public List<Figure> run(Ground ground) throws SQLException, IOException {
        Instant today = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(26));
        Instant month = today.minus(Duration.ofDays(30));
        List<Figure> figures = new ArrayList<>();
        Map<String, String> one = Map.of("BERTH_METERING_CONSUMERS", "1");
        try (MeteringAlone metering = MeteringAlone.start(ground.checkout(), ground.folder(), ground.port(), one);
                Connection database = metering.connect();
                Feed feed = new Feed(metering.bootstrapServers())) {
            Load load = new Load(feed);
            StoredMonth stored = new StoredMonth(metering::connect, load);
            stored.store((int) (STORED * ground.scale()), month, today, StoredMonth.Form.WHOLE);
            MeteringRound round = new MeteringRound(ground, metering, database, feed, load);
            double alone = measure("one consumer", ground, stored, round, today, month, figures);
            metering.startAnew();
            measure("as it is shipped", ground, stored, round, today, month, figures);
            metering.startReplica();
            double two = measure("two replicas", ground, stored, round, today, month, figures);
            figures.add(Figure.of(name(), "two replicas against one consumer", two / alone, "×"));
            return figures;
        }
    }

    private double measure(
            String what,
            Ground ground,
            StoredMonth stored,
            MeteringRound round,
            Instant today,
            Instant month,
            List<Figure> figures)
            throws SQLException, IOException {
        ground.progress().accept(what);
        Wait.pause(Duration.ofSeconds(5)); // the broker gives the partitions to those that are there now
        round.run((int) (WARM_UP * ground.scale()), today, DAY, month);
        round.awaitTold();
        stored.settle(today);
        MeteringRound.Result result = round.run((int) (MEASURED * ground.scale()), today, DAY, month);
        round.awaitTold();
        figures.add(Figure.of(name(), what, result.rate(), "events/s"));
        figures.add(Figure.of(name(), "processor time per 1,000 events, " + what, result.cpuMsPerThousand(), "ms"));
        return result.rate();
    }
}
