package dev.berth.billing.invoice;

import dev.berth.billing.rating.Quantities;
import dev.berth.schema.id.WorkloadId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the lines of an invoice, so that thousands of short jobs delay nobody's bill. Pure.
 *
 * <p>Goals: at most so many lines; the sums of each component stay; a workload has all of its lines or none. Algorithm: the
 * workloads that cost most keep their lines for as long as there is room, the others share one line for each kind, component and
 * month. Their intervals are behind that line as they would be behind their own.
 *
 * <p>Example: of five workloads with a line for vCPU time and one for memory each, six lines leave the two most expensive ones
 * their four, and the three others a fifth and a sixth.
 */
final class Folding {
    /** Stands for workloads that were summed before they came here. */
    static final WorkloadId OTHERS = new WorkloadId(new UUID(0, 0));

    private record Group(
            DraftLine.Kind kind,
            String component,
            String charge,
            Instant monthStart,
            @Nullable String zeroReason) {
        static Group of(DraftLine line) {
            return new Group(line.kind(), line.component(), line.charge(), line.monthStart(), line.zeroReason());
        }
    }

    private Folding() {}

    /** The same lines, or at most {@code max} if that can be, still ordered by kind. */
    static List<DraftLine> fold(List<DraftLine> lines, int max) {
        Map<WorkloadId, List<DraftLine>> byWorkload = new LinkedHashMap<>();
        Set<Group> groups = new HashSet<>();
        int workloadLines = 0;
        for (DraftLine line : lines) {
            WorkloadId workload = line.workload();
            if (workload != null) {
                byWorkload.computeIfAbsent(workload, _ -> new ArrayList<>()).add(line);
                groups.add(Group.of(line));
                workloadLines++;
            }
        }
        boolean summed = byWorkload.remove(OTHERS) != null;
        if (lines.size() <= max && !summed) {
            return lines;
        }
        int room = lines.size() <= max ? lines.size() : max - (lines.size() - workloadLines) - groups.size();
        Set<WorkloadId> kept = largest(byWorkload, room);
        List<DraftLine> folded = new ArrayList<>();
        Map<Group, DraftLine> shared = new LinkedHashMap<>();
        for (DraftLine line : lines) {
            if (line.workload() == null || kept.contains(line.workload())) {
                folded.add(line);
            } else {
                shared.merge(Group.of(line), shared(line), Folding::sum);
            }
        }
        folded.addAll(shared.values());
        folded.sort(Comparator.comparing(DraftLine::kind)); // stable
        return List.copyOf(folded);
    }

    private static Set<WorkloadId> largest(Map<WorkloadId, List<DraftLine>> byWorkload, int room) {
        List<Map.Entry<WorkloadId, List<DraftLine>>> ranked = new ArrayList<>(byWorkload.entrySet());
        ranked.sort(Comparator.<Map.Entry<WorkloadId, List<DraftLine>>>comparingLong(entry -> cost(entry.getValue()))
                .reversed());
        Set<WorkloadId> kept = new HashSet<>();
        int left = room;
        for (Map.Entry<WorkloadId, List<DraftLine>> entry : ranked) {
            left -= entry.getValue().size();
            if (left < 0) {
                break;
            }
            kept.add(entry.getKey());
        }
        return kept;
    }

    private static long cost(Collection<DraftLine> lines) {
        return lines.stream().mapToLong(line -> Math.abs(line.amountMinor())).reduce(0, Math::addExact);
    }

    private static DraftLine shared(DraftLine line) {
        String others = line.component().equals(Quantities.VOLUME) ? "other volumes" : "other workloads";
        return with(line, "%s, %s".formatted(line.description(), others), line.quantity(), line.amountMinor());
    }

    private static DraftLine sum(DraftLine a, DraftLine b) {
        return with(
                a, a.description(), a.quantity().add(b.quantity()), Math.addExact(a.amountMinor(), b.amountMinor()));
    }

    private static DraftLine with(DraftLine line, String description, BigDecimal quantity, long amountMinor) {
        return new DraftLine(
                line.kind(),
                line.component(),
                line.charge(),
                null,
                line.monthStart(),
                description,
                quantity,
                line.unit(),
                line.unitPrice(),
                amountMinor,
                line.zeroReason(),
                true);
    }
}
