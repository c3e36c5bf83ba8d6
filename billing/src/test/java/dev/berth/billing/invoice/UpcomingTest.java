package dev.berth.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.billing.Billing;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.rating.UsageBody;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

@Tag("parts")
class UpcomingTest {
    private static final WorkloadId WEB = WorkloadId.next();
    private static final InvoiceProperties PROPERTIES = InvoiceProperties.defaults();
    private static Billing billing;
    private static Upcoming upcoming;

    @BeforeAll
    static void start() {
        billing = new Billing("2026-03-10T00:00:00Z");
        upcoming = new Upcoming(
                billing.dsl,
                billing.periods,
                billing.closing,
                billing.amounts,
                billing.usage,
                PROPERTIES,
                billing.clock);
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
    void whatIsGatheringIsWhatTheInvoiceWillSayCorrectionsIncluded() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        run(account, "2026-03-10T00:00:00Z", 60);
        billing.clock.set(Instant.parse("2026-03-11T00:00:00Z"));
        billing.complete(billing.clock.instant());
        billing.close(account);
        run(account, "2026-03-10T05:00:00Z", 10); // late
        run(account, "2026-03-12T00:00:00Z", 33);
        billing.clock.set(Instant.parse("2026-03-13T00:00:00Z"));
        InvoiceView gathering = gathering(account, "33");
        billing.complete(billing.clock.instant());
        billing.close(account);
        InvoiceView made = billing.reader
                .find(billing.periods
                        .lastByOperator(billing.dsl, account)
                        .orElseThrow()
                        .invoice())
                .orElseThrow();
        assertThat(gathering.total().amountMinor()).isEqualTo((33 + 10) * 12);
        assertThat(made.total()).isEqualTo(gathering.total());
        assertThat(texts(made)).isEqualTo(texts(gathering));
    }

    @Test
    void theUseOfAPeriodThatWaitsForItsInvoiceIsNoCorrection() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        run(account, "2026-03-10T00:00:00Z", 60);
        billing.clock.set(Instant.parse("2026-03-11T00:00:00Z"));
        billing.ask(account, billing.clock.instant());
        billing.clock.set(Instant.parse("2026-03-11T00:00:10Z"));
        assertThat(gathering(account, "0").total().amountMinor()).isZero();
        assertThat(gathering(account, "10").total().amountMinor()).isEqualTo(120);
    }

    @Test
    void theAllowanceThatAWaitingPeriodUsesUpIsGone() {
        AccountId account = billing.open("standard", "USD", "UTC");
        run(account, "2026-03-10T00:00:00Z", 100_000); // of 180,000 that are free
        billing.clock.set(Instant.parse("2026-03-12T00:00:00Z"));
        billing.ask(account, billing.clock.instant());
        billing.clock.set(Instant.parse("2026-03-14T00:00:00Z"));
        assertThat(gathering(account, "100000").total().amountMinor()).isEqualTo(25); // 20,000 × 0.0000125
        billing.complete(billing.clock.instant());
        assertThat(billing.closing.pass(_ -> {})).isOne();
        assertThat(gathering(account, "100000").total().amountMinor())
                .as("once it has its invoice")
                .isEqualTo(25);
    }

    @Test
    void aMonthThatIsOverAndNotYetEndedIsNoCorrectionOfTheNext() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        run(account, "2026-03-30T00:00:00Z", 60);
        billing.clock.set(Instant.parse("2026-04-01T00:00:00.500Z"));
        assertThat(gathering(account, "0").lines()).isEmpty();
    }

    @Test
    void whatMeteringSummedIsALineOfOtherWorkloads() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        billing.clock.set(Instant.parse("2026-03-13T00:00:00Z"));
        InvoiceView view = upcoming.of(billing.customers.find(account).orElseThrow(), body(UsageBody.OTHERS, "10"));
        assertThat(view.total().amountMinor()).isEqualTo(120);
        assertThat(view.lines()).hasSize(2).allSatisfy(line -> {
            assertThat(line.others()).isTrue();
            assertThat(line.workload()).isNull();
        });
    }

    @Test
    void useThatIsNotByWorkloadIsRefused() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        Customer customer = billing.customers.find(account).orElseThrow();
        UsageBody byDay = body("2026-03-10", "1");
        assertThatThrownBy(() -> upcoming.of(customer, byDay)).isInstanceOf(Refusal.class);
        assertThatThrownBy(() ->
                        body(WEB.toString(), "1e5").rows().forEach(row -> UsageBody.quantity(row, "vcpu_seconds")))
                .isInstanceOf(Refusal.class);
    }

    private static List<String> texts(InvoiceView invoice) {
        return invoice.lines().stream()
                .map(line -> "%s %s %s %s".formatted(line.kind(), line.component(), line.quantity(), line.amount()))
                .toList();
    }

    private static InvoiceView gathering(AccountId account, String seconds) {
        return upcoming.of(billing.customers.find(account).orElseThrow(), body(WEB.toString(), seconds));
    }

    private static UsageBody body(String key, String seconds) {
        return UsageBody.read((ObjectNode) Json.mapper()
                .valueToTree(Map.of(
                        "from",
                        "2026-03-01T00:00:00Z",
                        "to",
                        "2026-04-01T00:00:00Z",
                        "data",
                        List.of(Map.of("key", key, "vcpu_seconds", seconds, "gib_seconds", seconds)),
                        "total",
                        Map.of("vcpu_seconds", seconds, "gib_seconds", seconds))));
    }

    private static void run(AccountId account, String start, long seconds) {
        Instant from = Instant.parse(start);
        billing.used(Billing.pieces(account, WEB, ContainerId.next(), from, from.plusSeconds(seconds), 1000, 1024));
    }
}
