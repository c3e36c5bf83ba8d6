package dev.berth.billing.invoice;

import static dev.berth.schema.db.billing.Tables.BILLING_PERIOD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.Billing;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.usage.UsageCorrected;
import dev.berth.schema.usage.UsageRecorded;
import java.time.Instant;
import java.util.List;

/** What the tests of closing use, and look at. */
final class Seen {
    private Seen() {}

    static void run(Billing billing, AccountId account, WorkloadId workload, String start, long ms) {
        run(billing, account, workload, start, ms, 1000, 1024);
    }

    static void run(
            Billing billing, AccountId account, WorkloadId workload, String start, long ms, int cpu, int memory) {
        Instant from = Instant.parse(start);
        billing.used(Billing.pieces(account, workload, ContainerId.next(), from, from.plusMillis(ms), cpu, memory));
    }

    static UsageCorrected corrected(UsageRecorded piece, Instant end, int revision) {
        return new UsageCorrected(
                piece.account(),
                piece.workload(),
                piece.container(),
                piece.engineId(),
                piece.intervalStart(),
                end,
                piece.start(),
                end,
                piece.cpuMillis(),
                piece.memoryMib(),
                true,
                null,
                revision,
                "late stop");
    }

    static InvoiceView only(Billing billing, AccountId account) {
        List<InvoiceView> invoices = invoices(billing, account);
        assertThat(invoices).hasSize(1);
        return invoices.getFirst();
    }

    static List<InvoiceView> invoices(Billing billing, AccountId account) {
        return billing.reader.page(account, null, false, null, 100).data();
    }

    static List<InvoiceView.Interval> intervals(
            Billing billing, InvoiceView invoice, WorkloadId workload, String component) {
        InvoiceView.Line line = invoice.lines().stream()
                .filter(one ->
                        workload.equals(one.workload()) && one.component().equals(component))
                .findFirst()
                .orElseThrow();
        return billing.reader
                .intervals(invoice.id(), line.id(), 0, 100)
                .orElseThrow()
                .data();
    }

    static List<String> states(Billing billing, AccountId account) {
        return billing.dsl
                .select(BILLING_PERIOD.STATE)
                .from(BILLING_PERIOD)
                .where(BILLING_PERIOD.ACCOUNT_ID.eq(account))
                .orderBy(BILLING_PERIOD.PERIOD_START)
                .fetch(BILLING_PERIOD.STATE);
    }
}
