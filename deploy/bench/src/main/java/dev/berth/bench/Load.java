package dev.berth.bench;

import dev.berth.bench.ring.Feed;
import dev.berth.schema.container.ContainerEvent;
import dev.berth.schema.container.ContainerStarted;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * The facts of a busy installation: containers of many accounts start one after another through a day, run for up to twenty
 * minutes, and stop. Every hundredth event is sent twice. What each account used is known exactly.
 */
final class Load {
    /** How many accounts there are. */
    static final int ACCOUNTS = 500;

    /** How many hosts. */
    static final int HOSTS = 20;

    /** How long a container runs at most, in milliseconds. */
    static final int LONGEST_MS = 1_200_000;

    /** What each container has. */
    static final int CPU_MILLIS = 250;

    static final int MEMORY_MIB = 256;

    private static final int DUPLICATE_EVERY = 100;
    private static final String IMAGE = "berth/sample:1";

    /** An account and its workloads. */
    record Tenant(AccountId account, List<WorkloadId> workloads) {}

    private final Feed feed;
    private final SplittableRandom random = new SplittableRandom(42);
    private final List<Tenant> tenants = new ArrayList<>();
    private final Map<AccountId, Long> usedMs = new HashMap<>();
    private long sent;
    private long distinct;

    Load(Feed feed) {
        this.feed = feed;
        for (int i = 0; i < ACCOUNTS; i++) {
            tenants.add(new Tenant(AccountId.next(), List.of(WorkloadId.next(), WorkloadId.next(), WorkloadId.next())));
        }
    }

    /**
     * Sends two events for each of so many containers, in the order in which they would have happened, and waits for the broker.
     *
     * @param from when the first one starts
     * @param during how long it takes until the last one starts
     */
    void send(int containers, Instant from, Duration during) {
        PriorityQueue<ContainerStopped> stops = new PriorityQueue<>(Comparator.comparing(ContainerStopped::finishedAt));
        for (int i = 0; i < containers; i++) {
            Instant startedAt = from.plusMillis(during.toMillis() * i / containers);
            for (ContainerStopped stop = stops.peek();
                    stop != null && stop.finishedAt().isBefore(startedAt);
                    stop = stops.peek()) {
                publish(stop);
                stops.remove();
            }
            Tenant tenant = tenants.get(random.nextInt(ACCOUNTS));
            ContainerStarted start = start(tenant, startedAt);
            publish(start);
            ContainerStopped stop = stop(start, startedAt.plusMillis(1 + random.nextInt(LONGEST_MS)));
            stops.add(stop);
            usedMs.merge(
                    tenant.account(),
                    Duration.between(startedAt, stop.finishedAt()).toMillis(),
                    Long::sum);
        }
        while (!stops.isEmpty()) {
            publish(stops.remove());
        }
        feed.flush();
    }

    private void publish(ContainerEvent event) {
        EventId id = EventId.next();
        feed.send(id, event);
        sent++;
        distinct++;
        if (distinct % DUPLICATE_EVERY == 0) {
            feed.send(id, event);
            sent++;
        }
    }

    private ContainerStarted start(Tenant tenant, Instant startedAt) {
        ContainerId container = ContainerId.next();
        return new ContainerStarted(
                container,
                tenant.account(),
                tenant.workloads().get(random.nextInt(tenant.workloads().size())),
                1,
                0,
                engineId(container),
                "host-" + random.nextInt(HOSTS),
                IMAGE,
                new CpuMillis(CPU_MILLIS),
                new MemoryMib(MEMORY_MIB),
                startedAt,
                1);
    }

    private static ContainerStopped stop(ContainerStarted start, Instant finishedAt) {
        return new ContainerStopped(
                start.container(),
                start.account(),
                start.workload(),
                start.engineId(),
                start.host(),
                start.startedAt(),
                finishedAt,
                0,
                false,
                StopReason.EXITED,
                start.cpuMillis(),
                start.memoryMib(),
                2,
                null);
    }

    /** A Docker id that is a container's own. */
    static String engineId(ContainerId container) {
        String hex = container.uuid().toString().replace("-", "");
        return hex + hex;
    }

    /** The accounts. */
    List<Tenant> tenants() {
        return List.copyOf(tenants);
    }

    /** Counts use that came in another way. */
    synchronized void used(AccountId account, long ms) {
        usedMs.merge(account, ms, Long::sum);
    }

    /** What each account used, in milliseconds of containers. */
    Map<AccountId, Long> usedMs() {
        return Map.copyOf(usedMs);
    }

    /** Events sent so far, duplicates included. */
    long sent() {
        return sent;
    }

    /** Events sent so far, each counted once. */
    long distinct() {
        return distinct;
    }
}
