package dev.berth.gateway.letter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.Consumer;
import dev.berth.schema.Event;
import dev.berth.schema.Topic;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditGrantId;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.id.DisputeId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import dev.berth.schema.id.RefundId;
import dev.berth.schema.invoice.DisputeClosed;
import dev.berth.schema.invoice.DisputeOpened;
import dev.berth.schema.invoice.InvoiceFinalized;
import dev.berth.schema.invoice.InvoiceVoided;
import dev.berth.schema.invoice.PaymentActionRequired;
import dev.berth.schema.invoice.PaymentFailed;
import dev.berth.schema.invoice.PaymentRetryScheduled;
import dev.berth.schema.invoice.PaymentSucceeded;
import dev.berth.schema.invoice.RefundFailed;
import dev.berth.schema.invoice.RefundSucceeded;
import dev.berth.schema.standing.Standing;
import dev.berth.schema.standing.StandingChanged;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MoneyTextsTest {
    private static final AccountId ACCOUNT = AccountId.next();
    private static final InvoiceId INVOICE = InvoiceId.next();
    private static final Instant DUE = Instant.parse("2026-12-14T23:30:00Z");
    private static final Addressee BERLIN =
            new Addressee("Acme & Söhne <b>", ZoneId.of("Europe/Berlin"), "https://b.example");

    private static OwedInvoice owed(long dueMinor, String currency) {
        return new OwedInvoice(INVOICE, ACCOUNT, "B-2026-000001", currency, 1190, dueMinor, DUE, null);
    }

    private static MoneyTexts.Known about(OwedInvoice invoice) {
        return new MoneyTexts.Known(invoice, null);
    }

    private static InvoiceFinalized finalized(String currency, long total, long due) {
        return new InvoiceFinalized(
                ACCOUNT,
                INVOICE,
                "B-2026-000001",
                Instant.parse("2026-10-31T23:00:00Z"),
                Instant.parse("2026-11-30T23:00:00Z"),
                currency,
                total,
                0,
                total,
                due,
                DUE,
                Instant.parse("2026-12-01T00:10:00Z"));
    }

    @Test
    void aPaymentThatIsToBeConfirmedLeadsToTheBank() {
        PaymentActionRequired asked = new PaymentActionRequired(
                ACCOUNT,
                INVOICE,
                PaymentId.next(),
                "stripe",
                "EUR",
                1190,
                "https://bank.example/3ds",
                DUE,
                Instant.now());
        Letter letter =
                MoneyTexts.letter(asked, BERLIN, about(owed(1190, "EUR"))).orElseThrow();
        assertThat(letter.subject()).isEqualTo("Please confirm the payment of €11.90 for invoice B-2026-000001");
        assertThat(letter.links().getFirst().url()).isEqualTo("https://bank.example/3ds");
        assertThat(letter.needed()).isTrue();
    }

    @Test
    void aContestedPaymentIsToldOfAndWhatBecameOfIt() {
        DisputeId dispute = DisputeId.next();
        PaymentId payment = PaymentId.next();
        MoneyTexts.Known known = about(owed(0, "EUR"));
        Letter opened = MoneyTexts.letter(
                        new DisputeOpened(
                                ACCOUNT, INVOICE, payment, dispute, "EUR", 1190, "product_not_received", Instant.now()),
                        BERLIN,
                        known)
                .orElseThrow();
        assertThat(opened.facts()).extracting(Letter.Fact::value).contains("€11.90", "product not received");
        for (boolean won : List.of(true, false)) {
            Letter closed = MoneyTexts.letter(
                            new DisputeClosed(ACCOUNT, INVOICE, payment, dispute, "EUR", 1190, won, Instant.now()),
                            BERLIN,
                            known)
                    .orElseThrow();
            assertThat(closed.subject()).endsWith(won ? "stands" : "is undone");
        }
    }

    @Test
    void moneyThatWentBackIsToldOfAndWhatBecameOfItWhenItCouldNot() {
        RefundId refund = RefundId.next();
        PaymentId payment = PaymentId.next();
        CreditNoteId note = CreditNoteId.next();
        MoneyTexts.Known known = about(owed(0, "EUR"));
        Letter back = MoneyTexts.letter(
                        new RefundSucceeded(
                                ACCOUNT, INVOICE, note, refund, payment, "stripe", "EUR", 1190, Instant.now()),
                        BERLIN,
                        known)
                .orElseThrow();
        assertThat(back.subject()).isEqualTo("€11.90 for invoice B-2026-000001 was paid back");
        Letter failed = MoneyTexts.letter(
                        new RefundFailed(
                                ACCOUNT,
                                INVOICE,
                                note,
                                refund,
                                payment,
                                "stripe",
                                "EUR",
                                1190,
                                "expired_or_canceled_card",
                                "The card has expired or was cancelled.",
                                CreditGrantId.next(),
                                Instant.now()),
                        BERLIN,
                        known)
                .orElseThrow();
        assertThat(failed.needed()).isTrue();
        assertThat(failed.facts())
                .extracting(Letter.Fact::value)
                .contains("€11.90", "The card has expired or was cancelled.");
        assertThat(failed.links().getFirst().url()).endsWith("/account/billing");
    }

    @Test
    void aPaymentThatIsTriedAgainSaysWhen() {
        PaymentRetryScheduled retry = new PaymentRetryScheduled(
                ACCOUNT, INVOICE, PaymentId.next(), "EUR", 1190, "insufficient_funds", 1, DUE, Instant.now());
        Letter letter =
                MoneyTexts.letter(retry, BERLIN, about(owed(1190, "EUR"))).orElseThrow();
        assertThat(letter.subject()).startsWith("The payment of €11.90 is tried again on ");
        assertThat(letter.needed()).isFalse();
    }

    /** Whoever adds an event gives it words, or says why it has none. */
    @Test
    void everyEventOfMoneyHasWordsOrAReasonToBeSilent() {
        Set<Class<?>> all = new LinkedHashSet<>();
        for (Topic topic : Consumer.GATEWAY_LETTER.topics()) {
            all.addAll(topic.eventTypes());
        }
        assertThat(all).hasSizeGreaterThan(5);
        List<Class<?>> told = new ArrayList<>(MoneyTexts.told());
        told.addAll(MoneyTexts.SILENT.keySet());
        assertThat(told)
                .as("events with words in MoneyTexts.WORDS or a reason in MoneyTexts.SILENT, each once")
                .containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void anInvoiceSaysItsNumberTotalAndDateInTheAccountsZoneAndLeadsToIt() {
        Letter letter = text(finalized("EUR", 1190, 1190));
        assertThat(letter.subject()).isEqualTo("Invoice B-2026-000001 over €11.90");
        assertThat(letter.needed()).isTrue();
        String plain = LetterForm.plain(letter, "why");
        assertThat(plain)
                .contains(
                        "for November 2026 is ready",
                        "Please pay it by 15 December 2026.",
                        "15 December 2026, 00:30 (Europe/Berlin)",
                        "\nhttps://b.example/invoices/" + INVOICE + "\n",
                        "\nhttps://b.example/invoices/" + INVOICE + ".pdf\n")
                .endsWith("-- \nwhy\n");
        assertThat(LetterForm.html(letter, "why"))
                .contains("href=\"https://b.example/invoices/" + INVOICE + "\"", "Acme &amp; S", "&lt;b&gt;")
                .doesNotContain("<b>", "<script", "<img");
    }

    private static Letter text(Event event) {
        return MoneyTexts.letter(event, BERLIN, about(owed(1190, "EUR"))).orElseThrow();
    }

    @Test
    void amountsHaveTheDecimalsOfTheirCurrency() {
        assertThat(text(finalized("JPY", 1190, 1190)).subject()).endsWith("over ¥1,190");
        assertThat(text(finalized("KWD", 1190, 1190)).subject())
                .contains("1.190")
                .contains("KWD");
        assertThat(text(finalized("USD", 119_000, 119_000)).subject()).endsWith("over $1,190.00");
    }

    @Test
    void anInvoiceWithNothingToPaySaysSo() {
        Letter letter = text(finalized("EUR", 1190, 0));
        assertThat(LetterForm.plain(letter, ""))
                .contains("There is nothing to pay")
                .doesNotContain("Please pay");
    }

    @Test
    void aFailedPaymentSaysWhyAndWhatToDo() {
        PaymentFailed failed = new PaymentFailed(
                ACCOUNT, INVOICE, PaymentId.next(), "stripe", "EUR", 1190, "insufficient_funds", "x", Instant.now());
        assertThat(LetterForm.plain(text(failed), ""))
                .contains(
                        "no money was taken",
                        "not enough money behind the card",
                        "pay with another card",
                        "/invoices/");
        PaymentFailed other = new PaymentFailed(
                ACCOUNT,
                INVOICE,
                PaymentId.next(),
                "stripe",
                "EUR",
                1190,
                "new_code",
                "It is\r\nMonday.",
                Instant.now());
        assertThat(LetterForm.plain(text(other), "")).contains("Whoever was asked says: It is  Monday.");
        assertThat(text(failed).needed()).isFalse();
    }

    @Test
    void aReceiptOfAPartSaysWhatIsLeft() {
        PaymentSucceeded part =
                new PaymentSucceeded(ACCOUNT, INVOICE, PaymentId.next(), "manual", "EUR", 1000, false, Instant.now());
        Letter letter = MoneyTexts.letter(part, BERLIN, about(owed(190, "EUR"))).orElseThrow();
        assertThat(letter.subject()).isEqualTo("Receipt: €10.00 for invoice B-2026-000001");
        assertThat(letter.facts()).contains(new Letter.Fact("Still to be paid", "€1.90"));
    }

    /** As after a rebuild of the mirror: what is told has words all the same. */
    @Test
    void anInvoiceThatIsNotKnownHasNoNumber() {
        PaymentSucceeded paid =
                new PaymentSucceeded(ACCOUNT, INVOICE, PaymentId.next(), "manual", "EUR", 1000, true, Instant.now());
        Letter letter = MoneyTexts.letter(paid, BERLIN, new MoneyTexts.Known(null, null))
                .orElseThrow();
        assertThat(letter.subject()).isEqualTo("Receipt: €10.00 for an invoice");
        InvoiceVoided voided = new InvoiceVoided(ACCOUNT, INVOICE, "B-1", "a\nmistake", Instant.now());
        assertThat(LetterForm.plain(text(voided), "")).contains("please do not pay it", "a mistake");
    }

    @ParameterizedTest
    @EnumSource(Standing.class)
    void everyStandingHasWords(Standing standing) {
        StandingChanged change = new StandingChanged(ACCOUNT, standing, false, "invoice_overdue", Instant.now());
        Letter letter = MoneyTexts.letter(change, BERLIN, new MoneyTexts.Known(null, Standing.SUSPENDED))
                .orElseThrow();
        assertThat(letter.subject()).contains("Acme");
        assertThat(letter.needed()).isEqualTo(standing != Standing.GOOD);
        assertThat(letter.paragraphs()).isNotEmpty().allMatch(one -> one.endsWith("."));
    }

    @Test
    void theOperatorsWordIsToldWhereItIsTheOperatorsSuspension() {
        StandingChanged change =
                new StandingChanged(ACCOUNT, Standing.SUSPENDED, false, "abuse of the network", Instant.now());
        assertThat(LetterForm.plain(text(change), ""))
                .contains("The operator has suspended Acme & Söhne <b>: abuse of the network", "turn to the operator")
                .doesNotContain("Pay what is overdue");
    }

    @ParameterizedTest
    @EnumSource(ReminderRules.Step.class)
    void aReminderSaysWhatIsStillToBePaid(ReminderRules.Step step) {
        Letter letter = MoneyTexts.reminder(owed(190, "EUR"), step, BERLIN);
        assertThat(LetterForm.plain(letter, ""))
                .contains("€1.90", "15 December 2026")
                .doesNotContain("€11.90");
        assertThat(letter.needed()).isEqualTo(step != ReminderRules.Step.THREE_DAYS_BEFORE);
    }
}
