package dev.berth.bench;

import dev.berth.bench.figure.Figure;
import dev.berth.bench.ring.Feed;
import dev.berth.bench.ring.Footprint;
import dev.berth.bench.ring.MeteringAlone;
import dev.berth.bench.ring.Shell;
import dev.berth.bench.ring.Wait;
import dev.berth.schema.id.AccountId;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * From the topic to durable, deduplicated use that can be asked for, with a million events stored already. The service is held
 * still (SIGSTOP) while the topic is filled, for less than the ten seconds after which the broker would give its partitions away, so that
 * nothing but taking the events is in the time; the time ends when the last event's effect is committed and the usage API answers the
 * exact sums. Compared with PostgreSQL that is given the same rows by COPY.
 */
final class MeteringBench implements Bench {
    private static final int STORED_CONTAINERS = 500_000;
    private static final int MEASURED_CONTAINERS = 150_000;
    private static final int ASKED_WHILE_TIMED = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    @Override
    public String name() {
        return "metering";
    }

    @Override
    public List<Figure> run(Ground ground) throws SQLException, IOException {
        Instant firstDay = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(50));
        Instant secondDay = firstDay.plus(Duration.ofHours(24));
        try (MeteringAlone metering = MeteringAlone.start(ground.checkout(), ground.folder(), ground.port());
                Connection database = metering.connect();
                Feed feed = new Feed(metering.bootstrapServers())) {
            Load load = new Load(feed);
            ground.progress().accept("storing events to begin with");
            load.send((int) (STORED_CONTAINERS * ground.scale()), firstDay, Duration.ofHours(24));
            awaitTaken(metering, database, ground);

            long sentBefore = load.sent();
            long distinctBefore = load.distinct();
            Instant mark = RawDatabase.now(database);
            feed.hold();
            load.send((int) (MEASURED_CONTAINERS * ground.scale()), secondDay, Duration.ofHours(24));
            signal(metering, "STOP");
            try {
                feed.release();
            } finally {
                signal(metering, "CONT");
            }
            Map<String, Footprint> before = Footprint.of(ground.folder(), metering.pid());
            long began = System.nanoTime();
            long events = load.sent() - sentBefore;
            ground.progress().accept("taking %,d events".formatted(events));
            awaitTaken(metering, database, ground);
            int asked = 0;
            for (Map.Entry<AccountId, Long> used : load.usedMs().entrySet()) {
                if (asked++ < ASKED_WHILE_TIMED) {
                    Wait.until(
                            "the exact sum of " + used.getKey(),
                            PATIENCE,
                            Duration.ofMillis(5),
                            () -> usedMs(metering, used.getKey(), firstDay) == used.getValue());
                }
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            Map<String, Footprint> after = Footprint.of(ground.folder(), metering.pid());
            for (Map.Entry<AccountId, Long> used : load.usedMs().entrySet()) {
                long answered = usedMs(metering, used.getKey(), firstDay);
                if (answered != used.getValue()) {
                    throw new IllegalStateException(
                            "%s used %d ms and the API says %d".formatted(used.getKey(), used.getValue(), answered));
                }
            }
            ground.progress().accept("the sums of all accounts are exact; now the bare database");
            double rate = events / seconds;
            RawDatabase raw = new RawDatabase(database, mark);
            double copied = (load.distinct() - distinctBefore) / raw.copySeconds();
            List<Figure> figures = new ArrayList<>(List.of(
                    Figure.of(name(), "events stored before", (double) distinctBefore, "events"),
                    Figure.of(name(), "topic → exact use in the API", rate, "events/s")
                            .atLeast(30_000),
                    Figure.of(name(), "the same rows by COPY into bare PostgreSQL", copied, "events/s"),
                    Figure.of(name(), "Berth against bare PostgreSQL", rate / copied, "×")));
            for (String part : List.of("metering", "postgresql", "kafka")) {
                double cpuMs = cpuMs(after, part) - cpuMs(before, part);
                figures.add(Figure.of(
                        name(), "processor time of " + part + " per 1,000 events", cpuMs / events * 1000, "ms"));
            }
            return figures;
        }
    }

    private static void awaitTaken(MeteringAlone metering, Connection database, Ground ground) {
        Map<Integer, Long> ends = metering.ends();
        long began = System.nanoTime();
        long[] told = {began};
        Wait.until("all events are taken", PATIENCE, Duration.ofMillis(20), () -> {
            try {
                long lag = metering.lag(database, ends);
                if (System.nanoTime() - told[0] > 10e9) {
                    told[0] = System.nanoTime();
                    ground.progress()
                            .accept(String.format(
                                    Locale.ROOT, "%,d to go after %.0f s", lag, (System.nanoTime() - began) / 1e9));
                }
                return lag == 0;
            } catch (SQLException e) {
                throw new IllegalStateException("the database does not answer", e);
            }
        });
    }

    private static long usedMs(MeteringAlone metering, AccountId account, Instant from) {
        JsonNode usage = metering.as(account)
                .get("/internal/v1/usage?from=%s&to=%s&group_by=workload"
                        .formatted(from, from.plus(Duration.ofHours(49))));
        return usage.at("/total/container_ms").asLong();
    }

    private static double cpuMs(Map<String, Footprint> footprints, String part) {
        Footprint footprint = footprints.get(part);
        return footprint == null ? 0 : footprint.cpuMs();
    }

    private static void signal(MeteringAlone metering, String signal) {
        Shell.run("kill", "-" + signal, Long.toString(metering.pid()));
    }
}
