package dev.berth.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.Billing;
import dev.berth.billing.rating.Piece;
import dev.berth.billing.rating.Quantities;
import dev.berth.billing.rating.UsageRepository;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.unit.Period;
import dev.berth.schema.usage.UsageCorrected;
import dev.berth.schema.usage.UsageRecorded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What containers send out of the address pool, on invoices. */
@Tag("parts")
class EgressUseTest {
    private static final WorkloadId WEB = WorkloadId.next();
    private static final long GIB = 1L << 30;
    private static Billing billing;
    private final ContainerId container = ContainerId.next();

    @BeforeAll
    static void start() {
        billing = new Billing("2026-03-01T00:00:00Z");
    }

    @BeforeEach
    void rewind() {
        billing.reset("2026-03-01T00:00:00Z");
    }

    @AfterAll
    static void close() {
        billing.close();
    }

    private UsageRecorded piece(AccountId account, String from, long seconds, boolean billed, @Nullable Long bytes) {
        Instant start = Instant.parse(from);
        return new UsageRecorded(
                account,
                WEB,
                container,
                "engine",
                Instant.parse("2026-03-10T00:00:00Z"),
                null,
                start,
                start.plusSeconds(seconds),
                new CpuMillis(1000),
                new MemoryMib(1024),
                billed,
                billed ? null : "missing_stop",
                bytes);
    }

    private InvoiceView closed(AccountId account, String at) {
        billing.clock.set(Instant.parse(at));
        billing.complete(billing.clock.instant());
        billing.close(account);
        return Seen.invoices(billing, account).getFirst();
    }

    private static List<String> egress(InvoiceView invoice) {
        return invoice.lines().stream()
                .filter(line -> line.component().equals(Quantities.EGRESS))
                .map(line -> "%s %s %s %s %d"
                        .formatted(
                                line.kind(),
                                line.quantity(),
                                line.unit(),
                                line.unitPrice(),
                                line.amount().amountMinor()))
                .toList();
    }

    @Test
    void gibibytesAreALineOfTheWorkloadDownToTheIntervalsThatSentThem() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        billing.used(List.of(
                piece(account, "2026-03-10T00:00:00Z", 3600, true, GIB),
                piece(account, "2026-03-10T01:00:00Z", 1800, true, GIB / 2),
                piece(account, "2026-03-10T02:00:00Z", 60, true, null)));
        InvoiceView invoice = closed(account, "2026-03-11T00:00:00Z");
        assertThat(egress(invoice)).containsExactly("usage 1.5 gib 1 150");
        InvoiceView.Line line = invoice.lines().stream()
                .filter(one -> one.component().equals(Quantities.EGRESS))
                .findFirst()
                .orElseThrow();
        assertThat(line.workload()).isEqualTo(WEB);
        assertThat(line.description()).startsWith("Traffic out");
        assertThat(billing.reader
                        .intervals(invoice.id(), line.id(), 0, 10)
                        .orElseThrow()
                        .data())
                .as("the pieces that follow each other are one again, and what sent nothing is not behind the line")
                .singleElement()
                .satisfies(interval -> {
                    assertThat(interval.container()).isEqualTo(container);
                    assertThat(interval.egressBytes()).isEqualTo(GIB + GIB / 2);
                    assertThat(interval.ms()).isEqualTo(5_400_000);
                });
        assertThat(Seen.intervals(billing, invoice, WEB, "vcpu_seconds")).hasSize(2);
    }

    @Test
    void lateBytesAreACorrectionOnTheNextInvoice() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        UsageRecorded told = piece(account, "2026-03-10T00:00:00Z", 3600, true, 2 * GIB);
        billing.used(List.of(told));
        assertThat(egress(closed(account, "2026-03-11T00:00:00Z"))).containsExactly("usage 2 gib 1 200");
        billing.used(new UsageCorrected(
                account,
                WEB,
                container,
                "engine",
                told.intervalStart(),
                null,
                told.start(),
                told.end(),
                told.cpuMillis(),
                told.memoryMib(),
                true,
                null,
                1,
                "egress_changed",
                GIB / 4));
        InvoiceView next = closed(account, "2026-03-12T00:00:00Z");
        assertThat(egress(next)).containsExactly("correction -1.75 gib 1 -175");
        InvoiceView.Line line = next.lines().stream()
                .filter(one -> one.component().equals(Quantities.EGRESS))
                .findFirst()
                .orElseThrow();
        assertThat(billing.reader
                        .intervals(next.id(), line.id(), 0, 10)
                        .orElseThrow()
                        .data())
                .extracting(InvoiceView.Interval::egressBytes)
                .containsExactly(-2 * GIB, GIB / 4);
    }

    @Test
    void bytesThatAreNotBilledOrHaveNoPriceCostNothing() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        billing.used(List.of(piece(account, "2026-03-10T00:00:00Z", 3600, false, 5 * GIB)));
        InvoiceView invoice = closed(account, "2026-03-11T00:00:00Z");
        assertThat(egress(invoice)).isEmpty();
        assertThat(invoice.total().amountMinor()).isZero();
        AccountId without = billing.open("standard", "EUR", "UTC");
        billing.used(List.of(piece(without, "2026-03-10T06:00:00Z", 3600, true, 5 * GIB)));
        assertThat(egress(closed(without, "2026-03-11T00:00:00Z")))
                .as("within what is free")
                .containsExactly("usage 5 gib 0.009 0");
    }

    /** A piece that reaches into the next period is cut in time, but nobody knows when in it the bytes left: they are of its start. */
    @Test
    void aPieceOnTheEdgeOfAPeriodHasItsBytesOnce() {
        AccountId account = billing.open("showcase", "EUR", "Asia/Kathmandu");
        Instant edge = Instant.parse("2026-03-31T18:15:00Z"); // a month begins there at a quarter past
        billing.used(List.of(piece(account, "2026-03-31T18:00:00Z", 3600, true, 4 * GIB)));
        Period before = new Period(edge.minusSeconds(86_400), edge);
        Period after = new Period(edge, edge.plusSeconds(86_400));
        Quantities first = billing.usage
                .use(billing.dsl, account, before, UsageRepository.EVERYTHING)
                .total();
        Quantities second = billing.usage
                .use(billing.dsl, account, after, UsageRepository.EVERYTHING)
                .total();
        assertThat(first.of(Quantities.EGRESS)).isEqualByComparingTo("4");
        assertThat(second.of(Quantities.EGRESS)).isEqualByComparingTo("0");
        assertThat(second.of("container_seconds")).isEqualByComparingTo("2700");
        List<Piece> pieces = new ArrayList<>();
        billing.usage.forEach(
                billing.dsl,
                List.of(UsageRepository.Range.of(account, before, UsageRepository.EVERYTHING)),
                (piece, _) -> pieces.add(piece));
        billing.usage.forEach(
                billing.dsl,
                List.of(UsageRepository.Range.of(account, after, UsageRepository.EVERYTHING)),
                (piece, _) -> pieces.add(piece));
        assertThat(pieces).extracting(Piece::egressBytes).containsExactly(4 * GIB, 0L);
    }

    @Test
    void aByteIsExact() {
        Quantities one = Quantities.NONE.plusEgress(1);
        assertThat(one.of(Quantities.EGRESS)).isEqualByComparingTo("0.000000000931322574615478515625");
        assertThat(one.negate().plusEgress(1)).isEqualTo(Quantities.NONE);
        assertThat(Quantities.NONE.plusEgress(GIB).of(Quantities.EGRESS)).isEqualByComparingTo("1");
    }
}
