package dev.berth.metering.usage;

import dev.berth.metering.egress.Egress;
import dev.berth.metering.egress.EgressRepository;
import dev.berth.metering.interval.Interval;
import dev.berth.metering.interval.IntervalReader;
import dev.berth.metering.inventory.Progress;
import dev.berth.metering.usage.PieceRepository.Due;
import dev.berth.metering.usage.PieceRepository.Told;
import dev.berth.metering.window.Quantity;
import dev.berth.metering.window.Window;
import dev.berth.metering.window.WindowRepository;
import dev.berth.metering.window.Windows;
import dev.berth.schema.Cause;
import dev.berth.schema.Topic;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.usage.WatermarkAdvanced;
import dev.berth.schema.wire.Lease;
import dev.berth.schema.wire.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * Tells billing what was used. One pass: read how far inventories have come; read which intervals are open; tell every container that
 * was due by then; tell what was open up to the next step of the watermark; tell the watermark. In this order, so that whatever a crash cuts
 * off, no watermark is ahead of its pieces: an interval that closes before the open ones are read is due, and one that closes later is
 * among them. The next pass continues where the tables say.
 *
 * <p>Each transaction writes pieces, windows and events together, and checks the fence of the lease. Not thread-safe: one loop calls it.
 */
final class UsageTeller {
    /** Containers in one transaction. */
    static final int CHUNK = 500;

    private static final Comparator<ContainerId> BY_ID = Comparator.comparing(ContainerId::uuid);

    private final DSLContext dsl;
    private final Outbox outbox;
    private final Lease lease;
    private final InstantSource clock;
    private final Duration step;
    private final Runnable beforeChunk;

    UsageTeller(DSLContext dsl, Outbox outbox, Lease lease, InstantSource clock, Duration step) {
        this(dsl, outbox, lease, clock, step, () -> {});
    }

    /**
     * A teller.
     *
     * @param step the watermark is told at its multiples
     * @param beforeChunk called between transactions; it may wait
     */
    UsageTeller(DSLContext dsl, Outbox outbox, Lease lease, InstantSource clock, Duration step, Runnable beforeChunk) {
        this.dsl = dsl;
        this.outbox = outbox;
        this.lease = lease;
        this.clock = clock;
        this.step = step;
        this.beforeChunk = beforeChunk;
    }

    /** What a pass did; {@code leader} is false where another replica does it. */
    record Pass(boolean leader, int containers, int told, boolean moved) {
        boolean idle() {
            return told == 0 && containers == 0 && !moved;
        }
    }

    /**
     * Runs one pass.
     *
     * @throws Lease.Fenced if another replica took over in the middle; nothing is half done
     */
    Pass pass() {
        OptionalLong fence = lease.hold();
        if (fence.isEmpty()) {
            return new Pass(false, 0, 0, false);
        }
        Counter counter = new Counter(fence.getAsLong());
        Instant published = PieceRepository.published(dsl).orElse(Instant.EPOCH);
        Instant target = Progress.read(dsl).watermark().map(this::step).orElse(Instant.EPOCH);
        boolean moved = target.isAfter(published);
        List<ContainerId> open =
                moved ? IntervalReader.open(dsl, target).stream().sorted(BY_ID).toList() : List.of();
        for (Map.Entry<Integer, Long> due : PieceRepository.dueUpTo(dsl).entrySet()) {
            tellDue(counter, due.getKey(), due.getValue(), published);
        }
        if (moved) {
            tellOpen(counter, open, target);
            publish(counter, target);
        }
        return new Pass(true, counter.containers, counter.told, moved);
    }

    /** What one transaction did. */
    private record Done(int containers, int told) {}

    private final class Counter {
        private final long fence;
        private int containers;
        private int told;

        Counter(long fence) {
            this.fence = fence;
        }

        /** Counts, and renews the lease: between transactions, since they lock it. */
        void add(Done done) {
            containers += done.containers();
            told += done.told();
            lease.hold();
        }
    }

    private void enter(DSLContext tx, Counter counter) {
        lease.check(tx, counter.fence);
        PieceRepository.lockTelling(tx);
    }

    /** The step that was reached; never one in the future, which a host whose clock runs ahead would claim. */
    private Instant step(Instant watermark) {
        long ms = Math.min(watermark.toEpochMilli(), clock.millis());
        return Instant.ofEpochMilli(ms - Math.floorMod(ms, step.toMillis()));
    }

    private void tellDue(Counter counter, int partition, long upTo, Instant watermark) {
        int containers;
        do {
            beforeChunk.run();
            Done done = dsl.transactionResult(configuration -> {
                DSLContext tx = DSL.using(configuration);
                enter(tx, counter);
                List<Due> due = PieceRepository.due(tx, partition, upTo, CHUNK);
                if (due.isEmpty()) {
                    return new Done(0, 0);
                }
                PieceRepository.done(tx, partition, due.getLast().seq());
                Map<ContainerId, Instant> changedFrom = new HashMap<>();
                due.forEach(entry ->
                        changedFrom.merge(entry.container(), entry.changedFrom(), (a, b) -> a.isBefore(b) ? a : b));
                return new Done(changedFrom.size(), tell(tx, changedFrom, watermark));
            });
            containers = done.containers();
            counter.add(done);
        } while (containers > 0);
    }

    private void tellOpen(Counter counter, List<ContainerId> open, Instant watermark) {
        for (int i = 0; i < open.size(); i += CHUNK) {
            List<ContainerId> chunk = open.subList(i, Math.min(i + CHUNK, open.size()));
            beforeChunk.run();
            counter.add(dsl.transactionResult(configuration -> {
                DSLContext tx = DSL.using(configuration);
                enter(tx, counter);
                Map<ContainerId, Instant> untold =
                        chunk.stream().collect(Collectors.toMap(c -> c, _ -> PieceRepository.END_OF_TIME));
                return new Done(chunk.size(), tell(tx, untold, watermark));
            }));
        }
    }

    /** Tells containers from where they changed; returns how many events that made. */
    private int tell(DSLContext tx, Map<ContainerId, Instant> changedFrom, Instant watermark) {
        Map<ContainerId, List<Interval>> intervals = IntervalReader.load(tx, changedFrom.keySet()).stream()
                .collect(Collectors.groupingBy(Interval::container));
        Map<ContainerId, Told> told = PieceRepository.told(tx, changedFrom);
        Map<ContainerId, Egress> egress = EgressRepository.since(tx, UsageRebuild.from(told));
        List<Telling> tellings = new ArrayList<>();
        List<Outbox.Draft> begun = new ArrayList<>();
        changedFrom.keySet().stream().sorted(BY_ID).forEach(container -> {
            Told of = told.getOrDefault(container, new Told(Instant.EPOCH, List.of()));
            List<Interval> all = intervals.getOrDefault(container, List.of());
            List<Telling> planned =
                    Pieces.plan(all, of.pieces(), egress.getOrDefault(container, Egress.NONE), of.from(), watermark);
            tellings.addAll(planned);
            Beginnings.of(all, of.pieces(), planned, of.from()).ifPresent(begun::add);
        });
        if (tellings.isEmpty() && begun.isEmpty()) {
            return 0;
        }
        PieceRepository.write(tx, tellings.stream().map(Telling::piece).toList());
        WindowRepository.add(tx, windows(tellings));
        Cause ours = Cause.platform(clock.instant());
        List<Outbox.Draft> drafts = new ArrayList<>();
        for (Telling telling : tellings) {
            Interval interval = telling.interval();
            drafts.add(new Outbox.Draft(telling.event(), interval == null ? ours : interval.cause()));
        }
        drafts.addAll(begun); // after the pieces of what was before
        outbox.appendAll(tx, drafts);
        return drafts.size();
    }

    private static List<Window> windows(List<Telling> tellings) {
        record Key(ContainerId container, Instant hour) {}
        Map<Key, Window> windows = new LinkedHashMap<>();
        for (Telling telling : tellings) {
            Piece now = telling.piece();
            Piece before = telling.before();
            Quantity more = before == null ? now.billed() : now.billed().minus(before.billed());
            Instant hour = Windows.hourOf(now.start());
            windows.merge(
                    new Key(now.container(), hour),
                    new Window(now.container(), hour, now.account(), now.workload(), more),
                    (a, b) -> a.plus(b.quantity()));
        }
        return List.copyOf(windows.values());
    }

    private void publish(Counter counter, Instant watermark) {
        dsl.transaction(configuration -> {
            DSLContext tx = DSL.using(configuration);
            lease.check(tx, counter.fence);
            if (PieceRepository.publish(tx, watermark)) {
                Cause ours = Cause.platform(clock.instant());
                List<Outbox.Draft> drafts = new ArrayList<>();
                for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
                    drafts.add(new Outbox.Draft(new WatermarkAdvanced(partition, watermark), ours));
                }
                outbox.appendAll(tx, drafts);
            }
        });
    }
}
