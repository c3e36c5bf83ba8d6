package dev.berth.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.billing.Billing;
import dev.berth.billing.credit.CreditGrant;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.billing.payment.ManualProvider;
import dev.berth.billing.tax.SellerProperties;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Money;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parts")
class CreditNotesTest {
    private static final Instant START = Instant.parse("2026-03-10T00:00:00Z");
    private static final WorkloadId WEB = WorkloadId.next();

    private static Billing billing;

    @BeforeAll
    static void start() {
        billing = new Billing(
                START.toString(),
                InvoiceProperties.defaults(),
                new ManualProvider(),
                new SellerProperties("Kai 1", "DE", "DE136695976"));
        billing.taxRates.add("DE", "standard", "VAT", new BigDecimal("0.20"), START.minusSeconds(9));
        billing.book("plain", "EUR", "- {id: vcpu_seconds, model: per_unit, unit_price: \"1\"}");
    }

    @BeforeEach
    void rewind() {
        billing.reset(START.toString());
    }

    @AfterAll
    static void close() {
        billing.close();
    }

    @Test
    @DisplayName("L28: notes of 72,686 and 4,214 net take back 87,223 and 5,057 of 92,280, all of it")
    void theNotesOverAnInvoiceTakeBackItsTaxExactly() {
        InvoiceView invoice = bill(769_000);
        assertThat(invoice.total().amountMinor()).isEqualTo(92_280);
        CreditNoteView first = note(invoice, 72_686L, "a");
        CreditNoteView second = note(invoice, 4_214L, "b");
        assertThat(first.total().amountMinor()).isEqualTo(87_223);
        assertThat(second.total().amountMinor()).isEqualTo(5_057);
        assertThat(List.of(first.number(), second.number())).containsExactly("CN-2026-000001", "CN-2026-000002");
        InvoiceView after = Seen.only(billing, invoice.account());
        assertThat(after.amountDue().amountMinor()).isZero();
        assertThat(after.status()).as("nothing is owed any more").isEqualTo("paid");
        assertThat(after.total()).as("the invoice stays as it is").isEqualTo(invoice.total());
        assertThat(billing.ledger.balancesOf(billing.dsl, invoice.id()).values())
                .containsOnly(0L);
        assertThat(billing.told())
                .containsExactly("invoice.InvoiceFinalized", "invoice.CreditNoteIssued", "invoice.CreditNoteIssued");
        assertThatThrownBy(() -> note(invoice, 1L, "c"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("0.00 EUR are not taken back yet");
    }

    @Test
    void whatWasPaidBecomesCreditThatTheNextInvoiceUses() {
        InvoiceView invoice = bill(1_000);
        billing.payments.markPaid(invoice.id(), null, null, Billing.CAUSE);
        CreditNoteView note = note(invoice, 50L, "a");
        assertThat(note.credited().amountMinor()).isEqualTo(60);
        assertThat(note.unpaid().amountMinor()).isZero();
        assertThat(billing.credits
                        .balance(billing.dsl, invoice.account(), "EUR")
                        .grantedMinor())
                .isEqualTo(60);
        assertThat(billing.credits.available(billing.dsl, invoice.account(), "EUR", false))
                .singleElement()
                .satisfies(grant -> {
                    assertThat(grant.kind()).isEqualTo(CreditGrant.Kind.REFUND);
                    assertThatThrownBy(() -> billing.credits.voidGrant(grant.id(), Billing.CAUSE))
                            .isInstanceOf(Refusal.class);
                });
        InvoiceView next = bill(invoice.account(), 1_000);
        assertThat(next.breakdown().credits().amountMinor()).isEqualTo(60);
        assertThat(next.amountDue().amountMinor()).isEqualTo(60);
    }

    @Test
    void aRequestThatIsRepeatedIsOneNoteAndAnInvoiceWithOneIsNotVoided() {
        InvoiceView invoice = bill(1_000);
        assertThat(note(invoice, 50L, "a").id())
                .isEqualTo(note(invoice, 50L, "a").id());
        assertThat(Seen.only(billing, invoice.account()).amountDue().amountMinor())
                .isEqualTo(60);
        assertThatThrownBy(() -> billing.settlement.voidInvoice(invoice.id(), "no", Billing.CAUSE))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("taken back already");
        assertThatThrownBy(
                        () -> billing.creditNotes.issue(invoice.id(), new Money(1, "USD"), "no", null, Billing.CAUSE))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("in EUR");
    }

    @Test
    void ofWhatWasWrittenOffLessIsLost() {
        InvoiceView invoice = bill(1_000);
        billing.settlement.writeOff(invoice.id(), Billing.CAUSE);
        note(invoice, 50L, "a");
        assertThat(billing.ledger.balancesOf(billing.dsl, invoice.id()))
                .containsEntry(LedgerAccount.WRITE_OFF, 60L)
                .containsEntry(LedgerAccount.REVENUE, -50L);
    }

    @Test
    void aNotePrintsWhatItTakesBackOfWhichInvoice() throws IOException {
        InvoiceView invoice = bill(1_000);
        CreditNoteView note = note(invoice, 50L, "a");
        InvoicePdf pdf = new InvoicePdf();
        byte[] bytes = pdf.of(note, invoice);
        assertThat(pdf.of(note, invoice)).isEqualTo(bytes);
        try (PDDocument document = Loader.loadPDF(bytes)) {
            assertThat(new PDFTextStripper().getText(document).replaceAll("\\s+", " "))
                    .contains(
                            "Credit note",
                            "CN-2026-000001",
                            invoice.number(),
                            "DE136695976",
                            "because of a",
                            "VAT 20 %",
                            "0.60 EUR",
                            "No longer owed");
        }
    }

    private static CreditNoteView note(InvoiceView invoice, long net, String key) {
        return billing.creditNotes.issue(invoice.id(), new Money(net, "EUR"), "because of " + key, key, Billing.CAUSE);
    }

    private static InvoiceView bill(int ms) {
        return bill(billing.open("plain", "EUR", "UTC"), ms);
    }

    private static InvoiceView bill(AccountId account, int ms) {
        Instant from = billing.clock.instant();
        Seen.run(billing, account, WEB, from.toString(), ms, 1000, 1024);
        billing.clock.set(from.plusMillis(ms));
        billing.complete(billing.clock.instant());
        assertThat(billing.close(account)).isOne();
        return Seen.invoices(billing, account).getFirst();
    }
}
