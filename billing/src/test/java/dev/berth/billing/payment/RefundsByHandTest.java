package dev.berth.billing.payment;

import static dev.berth.schema.db.billing.Tables.PAYMENT;
import static dev.berth.schema.db.billing.Tables.REFUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.billing.Billing;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.invoice.CreditNoteView;
import dev.berth.billing.invoice.CreditNotes;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Money;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Refunds where no provider is set: the operator has paid them back. */
@Tag("parts")
class RefundsByHandTest {
    private static final String START = "2026-03-10T00:00:00Z";
    private static Billing billing;

    @BeforeAll
    static void start() {
        billing = new Billing(START);
    }

    @BeforeEach
    void rewind() {
        billing.reset(START);
    }

    @AfterAll
    static void close() {
        billing.close();
    }

    @Test
    void oneTransferMayPayBackSeveralNotesAndTheBooksSayWhatWentOut() {
        InvoiceId invoice = paid();
        CreditNoteView first = refund(invoice, 100L, "transfer 9");
        CreditNoteView second = refund(invoice, 200L, "transfer 9");
        assertThat(first.refunded().amountMinor() + second.refunded().amountMinor())
                .isEqualTo(300);
        assertThat(billing.dsl.fetch(REFUND).getValues(REFUND.STATE)).containsOnly("succeeded");
        assertThat(billing.ledger.balancesOf(billing.dsl, invoice))
                .containsEntry(LedgerAccount.CASH, 420L)
                .containsEntry(LedgerAccount.CREDIT, 0L);
        assertThat(billing.refunds.ofInvoice(invoice))
                .extracting(RefundView::reference)
                .containsOnly("transfer 9");
        assertThat(billing.refunds.janitor(_ -> {}))
                .as("there is nobody to ask")
                .isZero();
        assertThat(billing.told())
                .containsExactly(
                        "invoice.InvoiceFinalized",
                        "invoice.PaymentSucceeded",
                        "invoice.CreditNoteIssued",
                        "invoice.RefundSucceeded",
                        "invoice.CreditNoteIssued",
                        "invoice.RefundSucceeded");
    }

    @Test
    void withoutATransferNothingIsPaidBackAndNoNoteIsIssued() {
        InvoiceId invoice = paid();
        assertRefused(() -> refund(invoice, null, null), ErrorCode.INVALID);
        assertThat(billing.told()).containsExactly("invoice.InvoiceFinalized", "invoice.PaymentSucceeded");
    }

    @Test
    void whatAnotherProviderTookIsNotPaidBackByHand() {
        InvoiceId invoice = paid();
        billing.dsl.update(PAYMENT).set(PAYMENT.PROVIDER, "stripe").execute();
        assertRefused(() -> refund(invoice, null, "transfer 9"), ErrorCode.PAYMENT_PROVIDER_NOT_SET);
    }

    @Test
    void whatMeanwhileIsOwedNoMoreIsNotPaidBackTwice() {
        InvoiceId invoice = paid();
        refund(invoice, null, "transfer 9");
        assertRefused(() -> refund(invoice, null, "transfer 10"), ErrorCode.CREDIT_NOTE_REFUSED);
        assertThat(billing.reader.find(invoice).orElseThrow().status()).isEqualTo("paid");
    }

    @Test
    void ofAnInvoiceThatCreditPaidInPartOnlyTheMoneyGoesBack() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        InvoiceId first = invoice(account);
        billing.payments.markPaid(first, null, null, Billing.CAUSE);
        billing.creditNotes.issue(first, new Money(120, "EUR"), "goodwill", null, Billing.CAUSE);
        InvoiceId second = invoice(account);
        assertThat(billing.reader.find(second).orElseThrow().amountDue().amountMinor())
                .isEqualTo(600);
        billing.payments.markPaid(second, null, null, Billing.CAUSE);
        CreditNoteView note = refund(second, null, "transfer 9");
        assertThat(note.refunded().amountMinor()).isEqualTo(600);
        assertThat(note.credited().amountMinor()).isEqualTo(120);
        assertRefused(
                () -> billing.refunds.refund(note.id(), "transfer 10", null, Billing.CAUSE), ErrorCode.REFUND_REFUSED);
        assertThat(billing.credits.balance(billing.dsl, account, "EUR").grantedMinor())
                .as("a refusal changes nothing")
                .isEqualTo(120);
    }

    private static InvoiceId paid() {
        InvoiceId invoice = invoice(billing.open("showcase", "EUR", "UTC"));
        billing.payments.markPaid(invoice, null, null, Billing.CAUSE);
        return invoice;
    }

    private static InvoiceId invoice(AccountId account) {
        Instant start = billing.clock.instant();
        billing.used(Billing.pieces(
                account, WorkloadId.next(), ContainerId.next(), start, start.plusSeconds(60), 1000, 1024));
        billing.clock.set(start.plusSeconds(120));
        billing.complete(billing.clock.instant());
        billing.close(account);
        return billing.periods
                .lastByOperator(billing.dsl, account)
                .orElseThrow()
                .invoice();
    }

    private static CreditNoteView refund(InvoiceId invoice, @Nullable Long net, @Nullable String reference) {
        Money money = net == null ? null : new Money(net, "EUR");
        return billing.refunds.issue(new CreditNotes.Asked(invoice, money, "goodwill", null), reference, Billing.CAUSE);
    }

    private static void assertRefused(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
    }
}
