package dev.berth.metering.usage;

import static dev.berth.schema.db.metering.Tables.DUE;

import dev.berth.metering.egress.Egress;
import dev.berth.metering.egress.EgressRepository;
import dev.berth.metering.interval.Interval;
import dev.berth.metering.interval.IntervalReader;
import dev.berth.metering.usage.PieceRepository.Told;
import dev.berth.metering.window.Quantity;
import dev.berth.metering.window.Window;
import dev.berth.metering.window.WindowRepository;
import dev.berth.metering.window.Windows;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.unit.Period;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jooq.DSLContext;

/** Makes windows anew from intervals, and finds what was told otherwise than intervals say. Nothing should differ. */
public final class UsageRebuild {
    private UsageRebuild() {}

    /**
     * What came of it.
     *
     * @param windows containers whose windows were written anew
     * @param told containers of which something else was told; they are due now
     * @param skipped containers that were due already: look again later
     */
    public record Mended(List<ContainerId> windows, List<ContainerId> told, int skipped) {}

    /** Keeps the teller away for the rest of the transaction. Take it before any lock of partitions. */
    public static void lock(DSLContext tx) {
        PieceRepository.lockTelling(tx);
    }

    /** Compares these containers and mends what differs; the lock is held. */
    public static Mended mend(DSLContext tx, Collection<ContainerId> containers) {
        Instant published = PieceRepository.published(tx).orElse(Instant.EPOCH);
        Set<ContainerId> due = new HashSet<>(tx.selectDistinct(DUE.CONTAINER_ID)
                .from(DUE)
                .where(DUE.CONTAINER_ID.in(containers))
                .fetch(DUE.CONTAINER_ID));
        Set<ContainerId> settled = new HashSet<>(containers);
        settled.removeAll(due);
        Map<ContainerId, List<Interval>> intervals =
                IntervalReader.load(tx, settled).stream().collect(Collectors.groupingBy(Interval::container));
        Map<ContainerId, List<Window>> stored =
                WindowRepository.load(tx, settled).stream().collect(Collectors.groupingBy(Window::container));
        Map<ContainerId, Told> told = PieceRepository.told(
                tx, settled.stream().collect(Collectors.toMap(container -> container, _ -> Instant.EPOCH)));
        Map<ContainerId, Egress> egress = EgressRepository.since(tx, from(told));
        List<ContainerId> windows = new ArrayList<>();
        List<ContainerId> toldOtherwise = new ArrayList<>();
        for (ContainerId container : settled) {
            List<Interval> of = intervals.getOrDefault(container, List.of());
            List<Piece> pieces = told.getOrDefault(container, new Told(Instant.EPOCH, List.of()))
                    .pieces();
            Egress readings = egress.getOrDefault(container, Egress.NONE);
            if (!Pieces.plan(of, pieces, readings, Instant.EPOCH, published).isEmpty()) {
                PieceRepository.markDue(
                        tx, container, of.isEmpty() ? 0 : of.getFirst().partition());
                toldOtherwise.add(container);
                continue;
            }
            List<Window> expected = windows(of, pieces, readings, published);
            if (!expected.equals(stored.getOrDefault(container, List.of()))) {
                WindowRepository.remove(tx, container);
                WindowRepository.add(tx, expected);
                windows.add(container);
            }
        }
        return new Mended(windows, toldOtherwise, due.size());
    }

    /** Since when what was told of each container was read. */
    static Map<ContainerId, Instant> from(Map<ContainerId, Told> told) {
        return told.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().from()));
    }

    /** The windows of a container: its billed intervals cut at hours; an open one as far as it was told. Pure. */
    static List<Window> windows(
            Collection<Interval> intervals, Collection<Piece> pieces, Egress egress, Instant published) {
        Instant toldTo = pieces.stream()
                .filter(piece -> !piece.withdrawn())
                .map(Piece::end)
                .reduce(published, (a, b) -> a.isAfter(b) ? a : b);
        SortedMap<Instant, Window> windows = new TreeMap<>();
        for (Interval interval : intervals) {
            if (!interval.billed()) {
                continue;
            }
            Instant end = interval.end() == null ? toldTo : interval.end();
            for (Period period : Windows.cut(interval.start(), end, List.of())) {
                Quantity quantity =
                        Piece.of(interval, period.start(), period.end(), egress).billed();
                Instant hour = Windows.hourOf(period.start());
                windows.merge(
                        hour,
                        new Window(interval.container(), hour, interval.account(), interval.workload(), quantity),
                        (a, b) -> a.plus(b.quantity()));
            }
        }
        return List.copyOf(windows.values());
    }
}
