package dev.berth.bench;

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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * One round of taking facts: metering is held still (SIGSTOP) while the topic is filled, for less than the ten seconds after which the
 * broker would give its partitions away, so that nothing but taking them is in the time. It ends when the last event's effect is
 * committed and the usage API answers exact sums of five accounts; those of all others are compared after it.
 */
final class MeteringRound {
    private static final int ASKED_WHILE_TIMED = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    /** What came of it; processor time in milliseconds, by part. */
    record Result(long events, double seconds, Map<String, Double> cpuMs) {
        double rate() {
            return events / seconds;
        }

        /** Processor time of all parts for a thousand events, in milliseconds. */
        double cpuMsPerThousand() {
            return cpuMs.values().stream().mapToDouble(it -> it).sum() / events * 1000;
        }

        double cpuMsPerThousand(String part) {
            return cpuMs.getOrDefault(part, 0.0) / events * 1000;
        }
    }

    private final Bench.Ground ground;
    private final MeteringAlone metering;
    private final Connection database;
    private final Feed feed;
    private final Load load;

    MeteringRound(Bench.Ground ground, MeteringAlone metering, Connection database, Feed feed, Load load) {
        this.ground = ground;
        this.metering = metering;
        this.database = database;
        this.feed = feed;
        this.load = load;
    }

    /**
     * Runs one.
     *
     * @param from when the first container starts
     * @param during how long it takes until the last one starts
     * @param asked from when on use is asked for, which is before all that was ever stored
     */
    Result run(int containers, Instant from, Duration during, Instant asked) throws SQLException, IOException {
        long sentBefore = load.sent();
        feed.hold();
        load.send(containers, from, during);
        signal("STOP");
        try {
            feed.release();
        } finally {
            signal("CONT");
        }
        Map<String, Footprint> before = Footprint.of(ground.folder(), metering.pids());
        long began = System.nanoTime();
        long events = load.sent() - sentBefore;
        ground.progress().accept(String.format(Locale.ROOT, "taking %,d events", events));
        awaitTaken();
        int timed = 0;
        for (Map.Entry<AccountId, Long> used : load.usedMs().entrySet()) {
            if (timed++ < ASKED_WHILE_TIMED) {
                Wait.until(
                        "the exact sum of " + used.getKey(),
                        PATIENCE,
                        Duration.ofMillis(5),
                        () -> usedMs(used.getKey(), asked) == used.getValue());
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        Map<String, Footprint> after = Footprint.of(ground.folder(), metering.pids());
        sumsAreExact(asked);
        Map<String, Double> cpuMs = new java.util.TreeMap<>();
        for (String part : List.of("metering", "postgresql", "kafka")) {
            cpuMs.put(part, (double) (Footprint.cpuMs(after, part) - Footprint.cpuMs(before, part)));
        }
        Result result = new Result(events, seconds, cpuMs);
        ground.progress()
                .accept(String.format(
                        Locale.ROOT,
                        "%,.0f events/s, %.1f ms of processors per 1,000: %s",
                        result.rate(),
                        result.cpuMsPerThousand(),
                        cpuMs));
        return result;
    }

    /** Asks for the use of every account; fails where one is not exact. */
    void sumsAreExact(Instant asked) {
        for (Map.Entry<AccountId, Long> used : load.usedMs().entrySet()) {
            long answered = usedMs(used.getKey(), asked);
            if (answered != used.getValue()) {
                throw new IllegalStateException(
                        "%s used %d ms and the API says %d".formatted(used.getKey(), used.getValue(), answered));
            }
        }
    }

    /** Waits until nothing is due to be told any more, and answers how long that took, in seconds. */
    double awaitTold() {
        long began = System.nanoTime();
        Wait.until("all is told", PATIENCE, Duration.ofMillis(50), () -> {
            try (var statement = database.createStatement();
                    var row = statement.executeQuery("select not exists (select from metering.due)")) {
                row.next();
                return row.getBoolean(1);
            } catch (SQLException e) {
                throw new IllegalStateException("the database does not answer", e);
            }
        });
        return (System.nanoTime() - began) / 1e9;
    }

    private void awaitTaken() {
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

    private long usedMs(AccountId account, Instant from) {
        JsonNode usage = metering.as(account).get("/internal/v1/usage?from=%s&group_by=workload".formatted(from));
        return usage.at("/total/container_ms").asLong();
    }

    private void signal(String signal) {
        for (long pid : metering.pids()) {
            Shell.run("kill", "-" + signal, Long.toString(pid));
        }
    }
}
