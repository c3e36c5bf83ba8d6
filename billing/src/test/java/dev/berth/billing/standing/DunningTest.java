package dev.berth.billing.standing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.billing.Billing;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.invoice.InvoiceView;
import dev.berth.billing.payment.Card;
import dev.berth.schema.account.AccountClosed;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.standing.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parts")
class DunningTest {
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
    void anUnpaidInvoiceSuspendsStepByStepAndPayingItBringsTheAccountBack() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        InvoiceView invoice = invoice(account);
        assertThat(pass(invoice.dueAt().minusMillis(1))).isEmpty();
        assertThat(pass(invoice.dueAt())).containsExactly(Standing.PAST_DUE);
        assertThat(pass(invoice.dueAt().plusSeconds(60))).as("told once").isEmpty();
        assertThat(pass(invoice.dueAt().plus(Duration.ofDays(7)))).containsExactly(Standing.SUSPENDED);
        billing.payments.pay(invoice.id(), new Card("4242424242424242", 12, 2040, "123"), null, Billing.CAUSE);
        assertThat(billing.dunning.of(account).standing()).isEqualTo(Standing.GOOD);
        assertThat(billing.told())
                .containsExactly(
                        "invoice.InvoiceFinalized",
                        "standing.StandingChanged",
                        "standing.StandingChanged",
                        "invoice.PaymentSucceeded",
                        "standing.StandingChanged");
    }

    @Test
    @DisplayName(
            "L33: two failed attempts two days apart past the due date are told twice, and the suspension exactly once")
    void failedAttemptsAreToldEachAndTheirEndOnce() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        InvoiceView invoice = invoice(account);
        Card declined = new Card("4000000000000002", 12, 2040, "123");
        for (int attempt = 0; attempt < 2; attempt++) {
            billing.clock.set(invoice.dueAt().plus(Duration.ofDays(2L * attempt)));
            pass(billing.clock.instant());
            assertThatThrownBy(() -> billing.payments.pay(invoice.id(), declined, null, Billing.CAUSE))
                    .isInstanceOf(Refusal.class);
        }
        for (int day = 7; day < 12; day++) {
            billing.clock.set(invoice.dueAt().plus(Duration.ofDays(day)));
            pass(billing.clock.instant());
        }
        assertThat(billing.dunning.of(account).standing()).isEqualTo(Standing.SUSPENDED);
        assertThat(billing.told())
                .containsExactly(
                        "invoice.InvoiceFinalized",
                        "standing.StandingChanged",
                        "invoice.PaymentFailed",
                        "invoice.PaymentFailed",
                        "standing.StandingChanged");
    }

    @Test
    void aDecisionForALaterTimeIsNotTakenBackByTheTimer() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        InvoiceView invoice = invoice(account);
        assertThat(pass(invoice.dueAt().plus(Duration.ofDays(30)))).containsExactly(Standing.SUSPENDED);
        assertThat(pass(billing.clock.instant())).as("the timer, as of now").isEmpty();
        billing.payments.markPaid(invoice.id(), null, null, Billing.CAUSE);
        assertThat(billing.dunning.of(account).standing()).isEqualTo(Standing.GOOD);
        InvoiceView next = invoice(account);
        assertThat(pass(billing.clock.instant()))
                .as("the next one is not due yet")
                .isEmpty();
        assertThat(next.status()).isEqualTo("final");
    }

    @Test
    void whoPaysTheOldestOfTwoIsOnlyPastDue() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        InvoiceView first = invoice(account);
        billing.clock.advance(Duration.ofDays(5));
        InvoiceView second = invoice(account);
        assertThat(pass(first.dueAt().plus(Duration.ofDays(7)))).containsExactly(Standing.SUSPENDED);
        billing.payments.markPaid(first.id(), null, null, Billing.CAUSE);
        assertThat(billing.dunning.of(account).standing()).isEqualTo(Standing.PAST_DUE);
        billing.payments.markPaid(second.id(), null, null, Billing.CAUSE);
        assertThat(billing.dunning.of(account).standing()).isEqualTo(Standing.GOOD);
    }

    @Test
    void theOperatorsWordHoldsAgainstTheTimer() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        InvoiceView invoice = invoice(account);
        billing.dunning.set(account, Standing.SUSPENDED, "abuse", Billing.CAUSE);
        assertThat(billing.dunning.of(account).reason()).isEqualTo("abuse");
        billing.payments.markPaid(invoice.id(), null, null, Billing.CAUSE);
        assertThat(pass(billing.clock.instant())).isEmpty();
        assertThat(billing.dunning.of(account).standing()).isEqualTo(Standing.SUSPENDED);
        billing.dunning.set(account, Standing.GOOD, "sorted out", Billing.CAUSE);
        assertThat(billing.dunning.of(account).standing()).isEqualTo(Standing.GOOD);

        InvoiceView unpaid = invoice(account);
        pass(unpaid.dueAt().plus(Duration.ofDays(8)));
        billing.dunning.set(account, Standing.GOOD, "a promise", Billing.CAUSE);
        assertThat(pass(unpaid.dueAt().plus(Duration.ofDays(9))))
                .as("what was due then is excused")
                .isEmpty();
        assertThatThrownBy(() -> billing.dunning.set(account, Standing.PAST_DUE, "no", Billing.CAUSE))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void aClosedAccountIsClosedForEver() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        billing.accounts(new AccountClosed(account, "by the owner", billing.clock.instant()));
        assertThat(pass(billing.clock.instant())).containsExactly(Standing.CLOSED);
        assertThat(pass(billing.clock.instant())).isEmpty();
        assertThatThrownBy(() -> billing.dunning.set(account, Standing.GOOD, "please", Billing.CAUSE))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void theOperatorClosesAnAccountForEverAndThatIsToldOnce() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        InvoiceView invoice = invoice(account);
        AccountStanding closed = billing.dunning.set(account, Standing.CLOSED, "fraud", Billing.CAUSE);
        assertThat(closed.standing()).isEqualTo(Standing.CLOSED);
        assertThat(closed.reason()).isEqualTo("fraud");
        assertThat(billing.dunning.set(account, Standing.CLOSED, "again", Billing.CAUSE))
                .isEqualTo(closed);
        billing.accounts(new AccountClosed(account, "fraud", billing.clock.instant())); // what comes of it
        assertThat(pass(invoice.dueAt().plus(Duration.ofDays(8)))).isEmpty();
        billing.payments.markPaid(invoice.id(), null, null, Billing.CAUSE);
        assertThat(billing.dunning.of(account)).isEqualTo(closed);
        assertThatThrownBy(() -> billing.dunning.set(account, Standing.GOOD, "please", Billing.CAUSE))
                .isInstanceOf(Refusal.class);
        assertThat(billing.told())
                .containsExactly("invoice.InvoiceFinalized", "standing.StandingChanged", "invoice.PaymentSucceeded");
    }

    @Test
    void nothingReopensAnAccountThatWasClosedByHandBeforeItsOwnerHeard() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        billing.dunning.set(account, Standing.CLOSED, "fraud", Billing.CAUSE);
        assertThat(pass(billing.clock.instant())).isEmpty();
        assertThatThrownBy(() -> billing.dunning.set(account, Standing.GOOD, "please", Billing.CAUSE))
                .isInstanceOf(Refusal.class);
        assertThat(billing.dunning.of(account).standing()).isEqualTo(Standing.CLOSED);
    }

    @Test
    void anAccountThatPaysNeverHearsOfDunning() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        InvoiceView invoice = invoice(account);
        billing.payments.markPaid(invoice.id(), null, null, Billing.CAUSE);
        assertThat(pass(invoice.dueAt().plus(Duration.ofDays(99)))).isEmpty();
        assertThat(billing.told()).containsExactly("invoice.InvoiceFinalized", "invoice.PaymentSucceeded");
    }

    private List<Standing> pass(Instant asOf) {
        return billing.dunning.pass(asOf, Billing.CAUSE, _ -> {}).stream()
                .map(AccountStanding::standing)
                .toList();
    }

    private InvoiceView invoice(AccountId account) {
        Instant start = billing.clock.instant();
        billing.used(Billing.pieces(
                account, WorkloadId.next(), ContainerId.next(), start, start.plusSeconds(60), 1000, 1024));
        billing.clock.advance(Duration.ofMinutes(2));
        billing.complete(billing.clock.instant());
        assertThat(billing.close(account)).isOne();
        return billing.reader
                .find(billing.periods
                        .lastByOperator(billing.dsl, account)
                        .orElseThrow()
                        .invoice())
                .orElseThrow();
    }
}
