package dev.berth.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.Billing;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.usage.UsageRecorded;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parts")
class LateUseTest {
    private static final WorkloadId WEB = WorkloadId.next();
    private static final WorkloadId JOB = WorkloadId.next();

    private static Billing billing;

    @BeforeAll
    static void start() {
        billing = new Billing("2026-03-10T00:00:00Z");
    }

    @BeforeEach
    void rewind() {
        billing.reset("2026-03-10T00:00:00Z");
    }

    @AfterAll
    static void close() {
        billing.close();
    }

    @Test
    void lateUseAndCorrectionsOfBilledUseAreOnTheNextInvoiceAndTheFinalOneStaysAsItIs() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        ContainerId container = ContainerId.next();
        Instant start = Instant.parse("2026-03-30T10:00:00Z");
        UsageRecorded piece = Billing.pieces(account, WEB, container, start, start.plusSeconds(100), 1000, 1024)
                .getFirst();
        billing.used(piece);
        billing.clock.set(Instant.parse("2026-04-02T00:00:00Z"));
        billing.complete(billing.clock.instant());
        billing.closing.pass(_ -> {});
        InvoiceView march = Seen.only(billing, account);
        assertThat(march.total().amountMinor()).isEqualTo(1200);

        billing.used(Seen.corrected(piece, start.plusSeconds(90), 1), Seen.corrected(piece, start.plusSeconds(130), 2));
        Seen.run(billing, account, JOB, "2026-03-29T00:00:00Z", 5_000); // never heard of before
        Seen.run(billing, account, WEB, "2026-04-01T00:00:00Z", 10_000);
        billing.close(account);
        InvoiceView april = Seen.invoices(billing, account).getFirst();
        assertThat(april.lines().stream()
                        .map(line -> "%s %s %s %d"
                                .formatted(
                                        line.kind(),
                                        line.component(),
                                        line.quantity(),
                                        line.amount().amountMinor())))
                .containsExactlyInAnyOrder(
                        "usage vcpu_seconds 10 100",
                        "usage gib_seconds 10 20",
                        "correction vcpu_seconds 30 300",
                        "correction vcpu_seconds 5 50",
                        "correction gib_seconds 30 60",
                        "correction gib_seconds 5 10");
        assertThat(billing.reader.find(march.id())).contains(march);
        InvoiceView.Line correction = april.lines().stream()
                .filter(line -> line.kind().equals("correction") && WEB.equals(line.workload()))
                .findFirst()
                .orElseThrow();
        assertThat(billing.reader.intervals(april.id(), correction.id(), 0, 10).orElseThrow().data().stream()
                        .map(InvoiceView.Interval::ms))
                .containsExactly(-100_000L, 130_000L);

        billing.clock.set(Instant.parse("2026-05-02T00:00:00Z"));
        billing.complete(billing.clock.instant());
        billing.closing.pass(_ -> {});
        assertThat(Seen.invoices(billing, account))
                .as("a correction is billed once")
                .hasSize(2);
        assertThat(Seen.states(billing, account)).containsExactly("finalized", "finalized", "nothing_to_bill", "open");
    }

    @Test
    void anyPermutationAndDuplicationOfTheEventsGivesTheSameInvoice() {
        Random random = new Random(99);
        List<String> seen = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            AccountId account = billing.open("showcase", "EUR", "Asia/Kolkata");
            List<dev.berth.schema.Event> events = new ArrayList<>();
            Random same = new Random(5);
            for (int i = 0; i < 12; i++) {
                Instant start = Instant.parse("2026-03-31T12:00:00Z").plusMillis(same.nextInt(20_000_000));
                ContainerId container = new ContainerId(new java.util.UUID(round, i));
                for (UsageRecorded piece : Billing.pieces(
                        account,
                        i % 2 == 0 ? WEB : JOB,
                        container,
                        start,
                        start.plusMillis(same.nextInt(9_000_000)),
                        250 + i,
                        256)) {
                    events.add(piece);
                    if (same.nextInt(3) == 0) {
                        events.add(Seen.corrected(piece, piece.end().minusMillis(same.nextInt(7)), 2));
                        events.add(Seen.corrected(piece, piece.end(), 1));
                    }
                }
            }
            events.addAll(events.subList(0, 5));
            Collections.shuffle(events, random);
            events.forEach(billing::used);
            billing.clock.set(Instant.parse("2026-04-01T02:00:00Z"));
            billing.complete(billing.clock.instant());
            billing.closing.pass(_ -> {});
            InvoiceView invoice = Seen.only(billing, account);
            seen.add(invoice.lines().stream()
                    .map(line -> "%s %s %s %s".formatted(line.kind(), line.component(), line.quantity(), line.amount()))
                    .sorted()
                    .collect(Collectors.joining(", ")));
            billing.clock.set(Instant.parse("2026-03-10T00:00:00Z"));
        }
        assertThat(seen).hasSize(4);
        assertThat(seen.stream().distinct()).as("%s", seen).hasSize(1);
    }

    @Test
    void theSameCutOffsGiveTheSameLinesForEver() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        Seen.run(billing, account, WEB, "2026-03-10T01:00:00Z", 77_777);
        billing.clock.set(Instant.parse("2026-03-11T00:00:00Z"));
        billing.complete(billing.clock.instant());
        billing.close(account);
        InvoiceView invoice = Seen.only(billing, account);
        Seen.run(billing, account, WEB, "2026-03-10T05:00:00Z", 5_000); // late: after the ingestion cut-off
        var use = billing.usage.use(
                billing.dsl,
                account,
                invoice.period(),
                invoice.terms().cutOffs().ingested());
        assertThat(use.total().of("vcpu_seconds"))
                .isEqualByComparingTo(new BigDecimal(invoice.lines().getFirst().quantity()));
    }
}
