package dev.berth.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.id.WorkloadId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FoldingTest {
    private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");

    @Test
    void linesThatFitStayAsTheyAre() {
        List<DraftLine> lines = lines(new Random(1), 5);
        assertThat(Folding.fold(lines, lines.size())).isSameAs(lines);
    }

    @Test
    void theSumsOfEachChargeStayAndNoMoreLinesThanAllowedAreLeft() {
        Random random = new Random(20261125);
        for (int round = 0; round < 500; round++) {
            List<DraftLine> lines = lines(random, 1 + random.nextInt(60));
            int max = 5 + random.nextInt(lines.size());
            List<DraftLine> folded = Folding.fold(lines, max);
            assertThat(folded.size()).isLessThanOrEqualTo(max);
            assertThat(amounts(folded)).isEqualTo(amounts(lines));
            assertThat(quantities(folded)).isEqualTo(quantities(lines));
            assertThat(folded.stream().map(DraftLine::kind)).isSorted();
        }
    }

    @Test
    void aWorkloadHasAllOfItsLinesOrNoneAndTheMostExpensiveOnesHaveThem() {
        List<DraftLine> lines = lines(new Random(7), 40);
        List<DraftLine> folded = Folding.fold(lines, 30);
        Map<WorkloadId, Long> cost = lines.stream()
                .filter(line -> line.workload() != null)
                .collect(Collectors.groupingBy(DraftLine::workload, Collectors.summingLong(DraftLine::amountMinor)));
        List<WorkloadId> kept = folded.stream()
                .map(DraftLine::workload)
                .filter(java.util.Objects::nonNull)
                .distinct()
                .toList();
        assertThat(kept).isNotEmpty().hasSizeLessThan(cost.size());
        long least = kept.stream().mapToLong(cost::get).min().orElseThrow();
        cost.keySet().removeAll(kept);
        assertThat(cost.values()).allSatisfy(other -> assertThat(other).isLessThanOrEqualTo(least));
        assertThat(folded.stream().filter(DraftLine::others))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.workload()).isNull());
    }

    @Test
    void whatCameSummedIsALineOfOthersThoughThereIsRoom() {
        List<DraftLine> lines = List.of(
                line(DraftLine.Kind.USAGE, "vcpu_seconds", Folding.OTHERS, 5),
                line(DraftLine.Kind.USAGE, "vcpu_seconds", new WorkloadId(new UUID(1, 1)), 3));
        assertThat(Folding.fold(lines, 100).stream().map(line -> "%d %s".formatted(line.amountMinor(), line.others())))
                .containsExactly("3 false", "5 true");
    }

    private static List<DraftLine> lines(Random random, int workloads) {
        List<DraftLine> lines = new ArrayList<>();
        for (int i = 0; i < workloads; i++) {
            WorkloadId workload = new WorkloadId(new UUID(1, i));
            lines.add(line(DraftLine.Kind.USAGE, "vcpu_seconds", workload, random.nextInt(50)));
            if (random.nextBoolean()) {
                lines.add(line(DraftLine.Kind.USAGE, "gib_seconds", workload, random.nextInt(50)));
            }
            if (random.nextInt(5) == 0) {
                lines.add(line(DraftLine.Kind.ZERO, "zero", workload, 0));
            }
        }
        lines.add(line(DraftLine.Kind.FIXED, "fixed:platform", null, 500));
        lines.sort(java.util.Comparator.comparing(DraftLine::kind));
        return lines;
    }

    private static DraftLine line(
            DraftLine.Kind kind, String charge, @org.jspecify.annotations.Nullable WorkloadId workload, long amount) {
        return new DraftLine(
                kind, charge, charge, workload, MARCH, charge, BigDecimal.valueOf(amount), "unit", "1", amount, null);
    }

    private static Map<String, Long> amounts(List<DraftLine> lines) {
        return lines.stream()
                .collect(Collectors.groupingBy(DraftLine::charge, Collectors.summingLong(DraftLine::amountMinor)));
    }

    private static Map<String, BigDecimal> quantities(List<DraftLine> lines) {
        return lines.stream().collect(Collectors.toMap(DraftLine::charge, DraftLine::quantity, BigDecimal::add));
    }
}
