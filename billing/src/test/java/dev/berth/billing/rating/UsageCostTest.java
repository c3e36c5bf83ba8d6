package dev.berth.billing.rating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.billing.Billing;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Period;
import dev.berth.schema.usage.UsageRecorded;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Free are 180,000 vCPU-seconds a month; a vCPU-second above costs 0.0000125 USD, so 80,000 of them one dollar. */
@Tag("parts")
class UsageCostTest {
    private static final WorkloadId WEB = WorkloadId.next();
    private static Billing billing;

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

    @Test
    void theCostOfTheOpenPeriodIsWhatItsInvoiceWillSay() {
        AccountId account = billing.open("standard", "USD", "UTC");
        run(account, "2026-03-01T00:00:00Z", 200_000);
        closeAt(account, "2026-03-04T00:00:00Z");
        run(account, "2026-03-04T00:00:00Z", 80_000);
        billing.clock.set(Instant.parse("2026-03-06T00:00:00Z"));
        Period open = new Period(Instant.parse("2026-03-04T00:00:00Z"), billing.clock.instant());
        long cost = cost(account, open, "80000");
        closeAt(account, "2026-03-06T00:00:00Z");
        long invoiced = billing.reader
                .find(billing.periods
                        .lastByOperator(billing.dsl, account)
                        .orElseThrow()
                        .invoice())
                .orElseThrow()
                .total()
                .amountMinor();
        assertThat(cost).isEqualTo(100).isEqualTo(invoiced);
        Period month = new Period(Instant.parse("2026-03-01T00:00:00Z"), billing.clock.instant());
        assertThat(cost(account, month, "280000")).as("25 + 100").isEqualTo(125);
    }

    @Test
    void eachMonthOfALongRangeHasItsOwnAllowance() {
        AccountId account = billing.open("standard", "USD", "UTC");
        run(account, "2026-03-01T00:00:00Z", 260_000);
        run(account, "2026-04-01T00:00:00Z", 260_000);
        billing.clock.set(Instant.parse("2026-05-10T00:00:00Z"));
        Period range = new Period(Instant.parse("2026-03-01T00:00:00Z"), billing.clock.instant());
        assertThat(cost(account, range, "520000")).isEqualTo(200);
        assertThat(cost(account, range, "700000"))
                .as("180,000 more in May are free")
                .isEqualTo(200);
        assertThat(cost(account, range, "780000")).isEqualTo(300);
        Period future = new Period(range.start(), Instant.parse("2027-01-01T00:00:00Z"));
        assertThat(cost(account, future, "780000"))
                .as("nothing was used after now")
                .isEqualTo(300);
        Period forever = new Period(Instant.parse("2020-01-01T00:00:00Z"), billing.clock.instant());
        assertThatThrownBy(() -> cost(account, forever, "1")).isInstanceOf(Refusal.class);
    }

    @Test
    void theCostOfAnHourInTheMiddleCountsWhatTheMonthUsedBefore() {
        AccountId account = billing.open("standard", "USD", "UTC");
        run(account, "2026-03-01T00:00:00Z", 200_000);
        billing.clock.set(Instant.parse("2026-03-10T01:00:00Z"));
        Period hour = new Period(Instant.parse("2026-03-10T00:00:00Z"), billing.clock.instant());
        assertThat(cost(account, hour, "80000")).isEqualTo(100);
        Period first = new Period(Instant.parse("2026-03-01T00:00:00Z"), Instant.parse("2026-03-01T01:00:00Z"));
        assertThat(cost(account, first, "80000")).as("it was free then").isZero();
    }

    @Test
    void theFlatOfAFirstTierIsInTheRangeThatBeginsTheMonthAsOnTheInvoice() {
        billing.book("flat", "USD", """
                - id: vcpu_seconds
                  model: graduated
                  tiers:
                    - {up_to: "100", unit_price: "0.01", flat: "1.00"}
                    - {unit_price: "0.005", flat: "0"}
                """);
        AccountId account = billing.open("flat", "USD", "UTC");
        run(account, "2026-03-02T00:00:00Z", 50);
        Instant start = Instant.parse("2026-03-01T00:00:00Z");
        Instant middle = Instant.parse("2026-03-03T00:00:00Z");
        billing.clock.set(Instant.parse("2026-03-04T00:00:00Z"));
        assertThat(cost(account, new Period(start, billing.clock.instant()), "50"))
                .isEqualTo(150);
        assertThat(cost(account, new Period(start, middle), "50")).isEqualTo(150);
        assertThat(cost(account, new Period(middle, billing.clock.instant()), "0"))
                .isZero();
        assertThat(cost(account, new Period(Instant.parse("2025-12-01T00:00:00Z"), billing.clock.instant()), "50"))
                .as("months before the account opened cost nothing")
                .isEqualTo(150);
        closeAt(account, "2026-03-04T00:00:00Z");
        assertThat(billing.reader
                        .find(billing.periods
                                .lastByOperator(billing.dsl, account)
                                .orElseThrow()
                                .invoice())
                        .orElseThrow()
                        .total()
                        .amountMinor())
                .isEqualTo(150);
    }

    private static long cost(AccountId account, Period range, String vcpuSeconds) {
        Customer customer = billing.customers.find(account).orElseThrow();
        Function<String, BigDecimal> total =
                meter -> meter.equals("vcpu_seconds") ? new BigDecimal(vcpuSeconds) : BigDecimal.ZERO;
        return billing.costs.of(customer, range, billing.clock.instant(), total).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Uses so many vCPU-seconds in one hour, and hardly any memory. */
    private static void run(AccountId account, String start, int vcpuSeconds) {
        Instant from = Instant.parse(start);
        List<UsageRecorded> pieces = Billing.pieces(
                account, WEB, ContainerId.next(), from, from.plus(Duration.ofSeconds(2000)), vcpuSeconds / 2, 1);
        billing.used(pieces);
    }

    private static void closeAt(AccountId account, String at) {
        billing.clock.set(Instant.parse(at));
        billing.complete(billing.clock.instant());
        assertThat(billing.close(account)).isOne();
    }
}
