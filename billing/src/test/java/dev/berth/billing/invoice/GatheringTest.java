package dev.berth.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.billing.rating.MonthShare;
import dev.berth.billing.rating.Zero;
import dev.berth.schema.id.WorkloadId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GatheringTest {
    private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant APRIL = Instant.parse("2026-04-01T00:00:00Z");
    private static final WorkloadId A = new WorkloadId(new java.util.UUID(1, 1));
    private static final WorkloadId B = new WorkloadId(new java.util.UUID(1, 2));

    @Test
    @DisplayName("O14: a unit that came late is a correction of its own month, beside the use of this one")
    void lateUseIsACorrectionOfItsMonth() {
        PriceBook book = perUnit("10");
        Gathering.Result first = gather(month(MARCH, book, Billed.NOTHING, use(), use(A, "3")));
        assertThat(first.subtotalMinor()).isEqualTo(30_00);

        Gathering.Result second = gather(month(APRIL, book, Billed.NOTHING, use(), use(A, "2")));
        assertThat(second.subtotalMinor()).isEqualTo(20_00);

        Gathering.Result third = gather(
                month(MARCH, book, billed(first.lines()), use(A, "1"), use()),
                month(APRIL, book, billed(second.lines()), use(), use(A, "3")));
        assertThat(third.lines().stream().map(line -> line.kind() + " " + line.amountMinor()))
                .containsExactly("USAGE 3000", "CORRECTION 1000");
    }

    @Test
    @DisplayName("K12: a block that was used in April and arrives in July is billed in July, as a correction")
    void aLateBlockIsBilledInFull() {
        PriceBook book = book("{id: vcpu_seconds, model: package, package_size: \"100\", package_price: \"2.95\"}");
        Gathering.Result july = gather(
                month(MARCH, book, Billed.NOTHING, use(A, "100"), use()),
                month(APRIL, book, Billed.NOTHING, use(), use()));
        assertThat(july.lines()).singleElement().satisfies(line -> {
            assertThat(line.kind()).isEqualTo(DraftLine.Kind.CORRECTION);
            assertThat(line.amountMinor()).isEqualTo(295);
            assertThat(line.monthStart()).isEqualTo(MARCH);
        });
    }

    @Test
    void theInvoicesOfAnyPartitionOfAMonthAddUpToTheInvoiceOfTheMonth() {
        Random random = new Random(42);
        PriceBook book = book("""
                {id: vcpu_seconds, model: per_unit, unit_price: "0.0000125", free_per_month: "1000.5"}
                  - id: gib_seconds
                    model: graduated
                    tiers:
                      - {up_to: "100000", unit_price: "0.0000015", flat: "0.02"}
                      - {unit_price: "0.0000012", flat: "0.01"}
                    maximum: "0.40"
                fixed: [{id: platform, per_month: "5.00"}]
                minimum_per_month: "7.00"
                """);
        for (int round = 0; round < 300; round++) {
            int parts = 1 + random.nextInt(6);
            SequencedMap<WorkloadId, Map<String, BigDecimal>> whole = new LinkedHashMap<>();
            List<DraftLine> lines = new ArrayList<>();
            for (int part = 1; part <= parts; part++) {
                SequencedMap<WorkloadId, ChargedMonth.Amounts> use = new LinkedHashMap<>();
                for (WorkloadId workload : List.of(A, B)) {
                    Map<String, BigDecimal> quantities = Map.of(
                            "vcpu_seconds", BigDecimal.valueOf(random.nextLong(4_000_000_000L), 6),
                            "gib_seconds", BigDecimal.valueOf(random.nextLong(900_000_000_000L), 7));
                    use.put(workload, quantities::get);
                    Map<String, BigDecimal> sum = whole.computeIfAbsent(workload, _ -> new HashMap<>());
                    quantities.forEach((component, quantity) -> sum.merge(component, quantity, BigDecimal::add));
                }
                MonthShare share = new MonthShare(part, parts, part == parts);
                ChargedMonth month =
                        new ChargedMonth(MARCH, "2026-03", book, billed(lines), new LinkedHashMap<>(), use, share);
                lines.addAll(gather(month).lines());
            }
            SequencedMap<WorkloadId, ChargedMonth.Amounts> all = new LinkedHashMap<>();
            whole.forEach((workload, sums) -> all.put(workload, sums::get));
            MonthShare share = new MonthShare(1, 1, true);
            Gathering.Result once =
                    gather(new ChargedMonth(MARCH, "2026-03", book, Billed.NOTHING, new LinkedHashMap<>(), all, share));
            assertThat(billed(lines).amounts()).isEqualTo(billed(once.lines()).amounts());
            assertThat(lines.stream().mapToLong(DraftLine::amountMinor).sum()).isEqualTo(once.subtotalMinor());
        }
    }

    @Test
    void aRefundThatExceedsTheBillIsCarriedAndUsedUpByTheNext() {
        PriceBook book = perUnit("1");
        Gathering.Result refund = gather(
                month(MARCH, book, billedSeconds("10", 1000), use(A, "-10"), use()),
                month(APRIL, book, Billed.NOTHING, use(), use(A, "4")));
        assertThat(refund.subtotalMinor()).isZero();
        assertThat(refund.lines().getLast().amountMinor()).isEqualTo(600);

        Gathering.Result next = Gathering.of(
                List.of(month(APRIL, book, billedSeconds("4", 400), use(), use(A, "7"))), Map.of(), 600, List.of());
        assertThat(next.subtotalMinor()).isEqualTo(100);
        assertThat(next.lines().getLast().amountMinor()).isEqualTo(-600);
        Gathering.Result little = Gathering.of(
                List.of(month(APRIL, book, billedSeconds("4", 400), use(), use(A, "2"))), Map.of(), 600, List.of());
        assertThat(little.subtotalMinor()).isZero();
        assertThat(little.lines().getLast().amountMinor()).isEqualTo(-200);
    }

    @Test
    void useThatMovedFromOneWorkloadToAnotherChangesNoAmount() {
        SequencedMap<WorkloadId, ChargedMonth.Amounts> moved = use(A, "-5");
        moved.putAll(use(B, "5"));
        Gathering.Result result = gather(
                month(MARCH, perUnit("1"), billedSeconds("5", 500), moved, use()),
                month(APRIL, perUnit("1"), Billed.NOTHING, use(), use()));
        assertThat(result.lines().stream().map(DraftLine::amountMinor)).containsExactly(0L, 0L);
    }

    @Test
    void whatIsNotBilledIsALineOfItsOwnWithItsReason() {
        Gathering.Result result = Gathering.of(
                List.of(month(MARCH, perUnit("1"), Billed.NOTHING, use(), use())),
                Map.of(new Zero(A, "launch_failed", false), 1500L),
                0,
                List.of());
        assertThat(result.lines()).singleElement().satisfies(line -> {
            assertThat(line.kind()).isEqualTo(DraftLine.Kind.ZERO);
            assertThat(line.quantity()).isEqualByComparingTo("1.5");
            assertThat(line.amountMinor()).isZero();
            assertThat(line.description()).contains("launch_failed");
        });
        assertThat(result.nothingToBill()).isFalse();
    }

    @Test
    void nothingUsedIsNothingToBill() {
        assertThat(gather(month(MARCH, perUnit("1"), Billed.NOTHING, use(), use()))
                        .nothingToBill())
                .isTrue();
    }

    private static Gathering.Result gather(ChargedMonth... months) {
        return Gathering.of(List.of(months), Map.of(), 0, List.of());
    }

    private static ChargedMonth month(
            Instant start,
            PriceBook book,
            Billed billed,
            SequencedMap<WorkloadId, ChargedMonth.Amounts> corrections,
            SequencedMap<WorkloadId, ChargedMonth.Amounts> use) {
        return new ChargedMonth(start, "month", book, billed, corrections, use, new MonthShare(1, 1, true));
    }

    private static SequencedMap<WorkloadId, ChargedMonth.Amounts> use(WorkloadId workload, String seconds) {
        SequencedMap<WorkloadId, ChargedMonth.Amounts> use = use();
        use.put(workload, component -> component.equals("vcpu_seconds") ? new BigDecimal(seconds) : BigDecimal.ZERO);
        return use;
    }

    private static SequencedMap<WorkloadId, ChargedMonth.Amounts> use() {
        return new LinkedHashMap<>();
    }

    private static Billed billedSeconds(String quantity, long amountMinor) {
        return new Billed(Map.of("vcpu_seconds", new BigDecimal(quantity)), Map.of("vcpu_seconds", amountMinor));
    }

    private static Billed billed(List<DraftLine> lines) {
        Map<String, BigDecimal> quantities = new HashMap<>();
        Map<String, Long> amounts = new HashMap<>();
        for (DraftLine line : lines) {
            quantities.merge(line.charge(), line.quantity(), BigDecimal::add);
            amounts.merge(line.charge(), line.amountMinor(), Long::sum);
        }
        return new Billed(quantities, amounts);
    }

    private static PriceBook perUnit(String price) {
        return book("{id: vcpu_seconds, model: per_unit, unit_price: \"%s\"}".formatted(price));
    }

    private static PriceBook book(String components) {
        return PriceBookFormat.readYaml(
                "name: standard\ncurrency: USD\neffective_from: 2020-01-01T00:00:00Z\ncomponents:\n  - " + components,
                1);
    }
}
