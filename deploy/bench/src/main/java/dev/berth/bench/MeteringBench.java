package dev.berth.bench;

import dev.berth.bench.figure.Figure;
import dev.berth.bench.figure.Samples;
import dev.berth.bench.ring.Api;
import dev.berth.bench.ring.Feed;
import dev.berth.bench.ring.MeteringAlone;
import dev.berth.schema.id.AccountId;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * From the topic to durable, deduplicated use that can be asked for, with a million events stored and with ten million; deriving what was
 * stored anew; asking for the use of a month that millions of intervals are behind. Compared with PostgreSQL that is given the same rows by
 * COPY. What is stored before is written by COPY ({@link StoredMonth}); what warms up and what is measured goes through the topic.
 */
final class MeteringBench implements Bench {
    private static final int FEW = 500_000;
    private static final int MANY = 5_000_000;
    private static final int WARM_UP = 200_000;
    private static final int MEASURED = 150_000;
    private static final int ASKED = 4_000;
    private static final Duration MONTH = Duration.ofDays(30);
    private static final Duration LATEST = Duration.ofDays(3);
    private static final Duration DAY = Duration.ofHours(24);

    @Override
    public String name() {
        return "metering";
    }

    @Override
    public List<Figure> run(Ground ground) throws SQLException, IOException {
        Instant today = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(26));
        Instant month = today.minus(MONTH);
        Instant split = today.minus(LATEST);
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
            say(ground, "storing %,d events".formatted(2L * few));
            stored.store(few, split, today, StoredMonth.Form.WHOLE);
            stored.settle(today);
            say(ground, "warming up");
            round.run((int) (WARM_UP * Math.min(1, ground.scale() * 2)), today, DAY, month);
            round.awaitTold();
            stored.settle(today);

            long distinctBefore = load.distinct();
            Instant mark = RawDatabase.now(database);
            MeteringRound.Result one = round.run(measured, today, DAY, month);
            figures.addAll(ofRound("1 M stored", one));
            round.awaitTold();
            figures.addAll(rebuilt(ground, metering));
            RawDatabase raw = new RawDatabase(database, mark);
            double copied = (load.distinct() - distinctBefore) / raw.copySeconds();
            raw.remove();
            figures.add(Figure.of(name(), "the same rows by COPY into bare PostgreSQL", copied, "events/s"));
            figures.add(Figure.of(name(), "Berth against bare PostgreSQL", one.rate() / copied, "×"));

            say(ground, "storing %,d events more".formatted(2L * (many - few)));
            stored.store(many - few, month, split, StoredMonth.Form.WHOLE);
            stored.settle(today);
            MeteringRound.Result ten = round.run(measured, today, DAY, month);
            figures.addAll(ofRound("10 M stored", ten));
            figures.add(Figure.of(
                            name(),
                            "processor time of an event with 10 M stored, against 1 M",
                            ten.cpuMsPerThousand() / one.cpuMsPerThousand(),
                            "×")
                    .atMost(1.10));
            round.awaitTold();
            say(ground, "storing the use of %,d containers more".formatted(many));
            stored.store(many, month, split, StoredMonth.Form.USE);
            // All is told, so that the watermark may be where it is on a day without backlog.
            stored.settle(Instant.now().truncatedTo(ChronoUnit.HOURS));
            figures.addAll(asked(ground, metering, database, load, month));
            round.sumsAreExact(month);
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

    /** Derives everything anew, which must find no difference. */
    private List<Figure> rebuilt(Ground ground, MeteringAlone metering) {
        say(ground, "deriving everything anew");
        long began = System.nanoTime();
        JsonNode report = metering.asOperator().post("/internal/v1/operator/rebuild", java.util.Map.of());
        double seconds = (System.nanoTime() - began) / 1e9;
        say(ground, "%s".formatted(report));
        for (String what : List.of("intervals", "windows", "hours", "told", "skipped")) {
            if (report.at("/" + what).asInt(-1) != 0) {
                throw new IllegalStateException("what was derived anew differs in " + what + ": " + report);
            }
        }
        int checked = report.at("/checked").asInt();
        return List.of(
                Figure.of(name(), "containers derived anew, all of them equal", checked, "containers"),
                Figure.of(name(), "which took", seconds, "s"),
                Figure.of(name(), "containers derived anew in a second", checked / seconds, "containers/s"));
    }

    /** Asks for the month of one account after the other. */
    private List<Figure> asked(Ground ground, MeteringAlone metering, Connection database, Load load, Instant month)
            throws SQLException {
        say(ground, "asking for the use of a month");
        double intervals;
        try (var statement = database.createStatement();
                var row = statement.executeQuery("select count(*) from metering.usage_interval")) {
            row.next();
            intervals = row.getLong(1);
        }
        List<AccountId> accounts =
                load.tenants().stream().map(Load.Tenant::account).toList();
        List<Duration> answers = new ArrayList<>();
        for (int i = 0; i < ASKED + 2 * accounts.size(); i++) {
            Api api = metering.as(accounts.get(i % accounts.size()));
            long began = System.nanoTime();
            api.get("/internal/v1/usage?from=" + month);
            if (i >= 2 * accounts.size()) { // what is asked first warms up
                answers.add(Duration.ofNanos(System.nanoTime() - began));
            }
        }
        Samples samples = new Samples(answers);
        return List.of(
                Figure.of(name(), "intervals stored when use is asked for", intervals, "intervals"),
                Figure.of(name(), "use of the last 30 days, median", samples.median(), "ms"),
                Figure.of(name(), "use of the last 30 days, p99", samples.percentile(99), "ms")
                        .atMost(20));
    }

    private static void say(Ground ground, String what) {
        ground.progress().accept(what);
    }
}
