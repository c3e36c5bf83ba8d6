package dev.berth.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.billing.Billing;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parts")
class CloseRequestsTest {
    private static final WorkloadId WEB = WorkloadId.next();
    private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");

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
    void aCloseOfAllAccountsIsWrittenDownOnceAndWorkedOffByTheLoop() {
        List<AccountId> accounts = List.of(
                billing.open("showcase", "EUR", "UTC"),
                billing.open("showcase", "EUR", "Asia/Kolkata"),
                billing.open("showcase", "EUR", "UTC"));
        Seen.run(billing, accounts.getFirst(), WEB, "2026-03-10T01:00:00Z", 60_000);
        Instant at = Instant.parse("2026-03-11T00:00:00Z");
        billing.clock.set(at);
        assertThat(ask(null).state()).isEqualTo("closing");
        billing.clock.advance(Duration.ofMinutes(1));
        AccountId late = billing.open("showcase", "EUR", "UTC");
        billing.closeRequests.pass(_ -> {});
        assertThat(billing.periods.closedAt(billing.dsl, at, null, 10).stream().map(BillingPeriod::account))
                .containsExactlyElementsOf(accounts);
        assertThat(billing.periods.closedAt(billing.dsl, at, accounts.getFirst(), 1).stream()
                        .map(BillingPeriod::account))
                .containsExactly(accounts.get(1));
        assertThat(billing.periods
                        .openOf(billing.dsl, late)
                        .orElseThrow()
                        .period()
                        .start())
                .as("it was not there then")
                .isEqualTo(MARCH);
        billing.closeRequests.pass(_ -> {});
        assertThat(ask(null).state()).isEqualTo("waiting_for_watermark");

        billing.complete(billing.clock.instant());
        assertThat(billing.closing.pass(_ -> {})).isEqualTo(3);
        billing.closeRequests.pass(_ -> {});
        assertThat(ask(null)).satisfies(request -> {
            assertThat(request.state()).isEqualTo("finished");
            assertThat(request.at()).isEqualTo(at);
        });
        assertThat(Seen.states(billing, accounts.getFirst())).containsExactly("finalized", "open");
        billing.clock.advance(Duration.ofMinutes(1));
        assertThat(ask(at).at()).as("with its at it is the same for ever").isEqualTo(at);
        assertThat(ask(null).at()).as("without, another one").isEqualTo(billing.clock.instant());
    }

    @Test
    void aCloseOfAllAccountsByAReplicaThatLostTheLeaseEndsNothing() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        billing.clock.set(Instant.parse("2026-03-11T00:00:00Z"));
        ask(null);
        assertThatThrownBy(() -> billing.closeRequests.pass(_ -> {
                    throw new Lease.Fenced("paused");
                }))
                .isInstanceOf(Lease.Fenced.class);
        assertThat(Seen.states(billing, account)).containsExactly("open");
    }

    private static CloseRequest ask(@Nullable Instant at) {
        return billing.closeRequests.ask(at, billing.clock.instant(), Billing.CAUSE);
    }
}
