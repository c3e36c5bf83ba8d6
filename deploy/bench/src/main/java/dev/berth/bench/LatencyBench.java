package dev.berth.bench;

import dev.berth.bench.figure.Figure;
import dev.berth.bench.figure.Samples;
import dev.berth.bench.ring.Api;
import dev.berth.bench.ring.Feed;
import dev.berth.bench.ring.Ring;
import dev.berth.bench.ring.Wait;
import dev.berth.schema.Topic;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.JsonNode;

/**
 * From an event on the topic to the customer's usage, through the whole ring, at a thousand events a second. One in fifty events is
 * a probe: a container of one millisecond of the customer who asks, in a workload that stands for its partition. Probes of
 * one partition become visible in order, so the workload's milliseconds count those that are. The time ends when the answer is here.
 */
final class LatencyBench implements Bench {
    private static final int EVENTS_PER_SECOND = 1_000;
    private static final int PROBE_EVERY = 50;
    private static final Duration WARM_UP = Duration.ofMinutes(3);
    private static final Duration MEASURED = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);

    /** The probes of one partition that were sent and not yet seen, and how many were seen. */
    private static final class Lane {
        private final WorkloadId workload = WorkloadId.next();
        private final Deque<Long> sentAt = new ArrayDeque<>();
        private long seen;
    }

    @Override
    public String name() {
        return "usage-latency";
    }

    @Override
    public List<Figure> run(Ground ground) throws InterruptedException {
        try (Ring ring = Ring.up(ground.checkout(), ground.folder(), ground.port());
                Feed feed = new Feed(ring.bootstrapServers())) {
            JsonNode signup = ring.signUp();
            AccountId account = AccountId.parse(signup.at("/account/id").asString());
            Api customer = ring.anonymous().as(signup.at("/api_key/secret").asString());
            Map<Integer, Lane> lanes = new TreeMap<>();
            for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
                lanes.put(partition, new Lane());
            }
            AtomicBoolean stop = new AtomicBoolean();
            long[] sent = {0};
            Thread sender = Thread.ofPlatform().start(() -> sent[0] = send(feed, account, lanes, stop));
            ground.progress().accept("warming up");
            collect(customer, lanes, WARM_UP, new ArrayList<>());
            ground.progress().accept("measuring for %d s".formatted(MEASURED.toSeconds()));
            List<Duration> answers = new ArrayList<>();
            Samples samples = new Samples(collect(customer, lanes, MEASURED, answers));
            stop.set(true);
            sender.join();
            return List.of(
                    Figure.of(
                            name(),
                            "events sent",
                            sent[0] / (double) WARM_UP.plus(MEASURED).toSeconds(),
                            "events/s"),
                    Figure.of(name(), "probes", samples.count(), "probes"),
                    Figure.of(name(), "event → usage API, median", samples.median(), "ms"),
                    Figure.of(name(), "event → usage API, p99", samples.percentile(99), "ms")
                            .atMost(1_000),
                    Figure.of(name(), "event → usage API, longest", samples.percentile(100), "ms"),
                    Figure.of(name(), "of which the answer of the API, median", new Samples(answers).median(), "ms"));
        }
    }

    /** Sends at an even pace until it is told to stop; answers how many. */
    private static long send(Feed feed, AccountId account, Map<Integer, Lane> lanes, AtomicBoolean stop) {
        AccountId other = AccountId.next();
        WorkloadId workload = WorkloadId.next();
        long began = System.nanoTime();
        long sent = 0;
        while (!stop.get()) {
            long due = (System.nanoTime() - began) * EVENTS_PER_SECOND / 1_000_000_000L;
            for (; sent < due; sent++) {
                ContainerId container = ContainerId.next();
                if (sent % PROBE_EVERY == 0) {
                    Lane lane = java.util.Objects.requireNonNull(lanes.get(Topic.partitionOf(container.toString())));
                    synchronized (lane) {
                        lane.sentAt.add(System.nanoTime());
                    }
                    feed.send(EventId.next(), oneMillisecond(container, account, lane.workload));
                } else {
                    feed.send(EventId.next(), oneMillisecond(container, other, workload));
                }
            }
            Wait.pause(Duration.ofMillis(1));
        }
        feed.flush();
        return sent;
    }

    private static ContainerStopped oneMillisecond(ContainerId container, AccountId account, WorkloadId workload) {
        Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
        return new ContainerStopped(
                container,
                account,
                workload,
                container.uuid().toString(),
                "bench",
                now.minusMillis(1),
                now,
                0,
                false,
                StopReason.EXITED,
                new CpuMillis(250),
                new MemoryMib(256),
                1,
                null);
    }

    /** Asks again and again, and answers the delays of the probes that became visible meanwhile; {@code answers} gets how long it waited. */
    private static List<Duration> collect(
            Api customer, Map<Integer, Lane> lanes, Duration during, List<Duration> answers) {
        List<Duration> delays = new ArrayList<>();
        Map<String, Lane> byWorkload = new TreeMap<>();
        lanes.values().forEach(lane -> byWorkload.put(lane.workload.toString(), lane));
        long end = System.nanoTime() + during.toNanos();
        while (System.nanoTime() < end) {
            long asked = System.nanoTime();
            JsonNode usage = customer.get("/v1/usage?group_by=workload");
            long now = System.nanoTime();
            answers.add(Duration.ofNanos(now - asked));
            for (JsonNode row : usage.at("/data")) {
                Lane lane = byWorkload.get(row.at("/key").asString());
                if (lane == null) {
                    continue;
                }
                synchronized (lane) {
                    for (long visible = row.at("/container_ms").asLong(); lane.seen < visible; lane.seen++) {
                        delays.add(Duration.ofNanos(now - lane.sentAt.remove()));
                    }
                }
            }
            Wait.pause(POLL);
        }
        return delays;
    }
}
