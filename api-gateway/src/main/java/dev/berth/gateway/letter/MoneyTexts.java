package dev.berth.gateway.letter;

import dev.berth.gateway.letter.Letter.Fact;
import dev.berth.gateway.mail.Mails;
import dev.berth.schema.Event;
import dev.berth.schema.invoice.CreditNoteIssued;
import dev.berth.schema.invoice.DisputeClosed;
import dev.berth.schema.invoice.DisputeOpened;
import dev.berth.schema.invoice.InvoiceFinalized;
import dev.berth.schema.invoice.InvoiceVoided;
import dev.berth.schema.invoice.InvoiceWrittenOff;
import dev.berth.schema.invoice.PaymentActionRequired;
import dev.berth.schema.invoice.PaymentFailed;
import dev.berth.schema.invoice.PaymentRetryScheduled;
import dev.berth.schema.invoice.PaymentSucceeded;
import dev.berth.schema.invoice.RefundFailed;
import dev.berth.schema.invoice.RefundSucceeded;
import dev.berth.schema.invoice.TestClockMoved;
import dev.berth.schema.standing.Standing;
import dev.berth.schema.standing.StandingChanged;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What letters say: for each event of money its words, or the reason why it has none. A new event is one line in {@link #WORDS} and a
 * method, or one line in {@link #SILENT}; a test fails for one that is in neither. Pure.
 */
final class MoneyTexts {
    /**
     * What is known beside the event.
     *
     * @param invoice the invoice that it is about, as it stands after the event; null for none that is known
     * @param before how the account stood before, for a change of its standing; null otherwise
     */
    record Known(@Nullable OwedInvoice invoice, @Nullable Standing before) {
        /** The invoice by its number, in the middle of a sentence. */
        String named() {
            return invoice == null ? "an invoice" : "invoice " + invoice.number();
        }
    }

    /** The words for one kind of event. */
    @FunctionalInterface
    private interface Words<E extends Event> {
        Letter of(E event, Addressee to, Known known);
    }

    private record Entry<E extends Event>(Class<E> type, Words<E> words) {
        Optional<Letter> letter(Event event, Addressee to, Known known) {
            return type.isInstance(event) ? Optional.of(words.of(type.cast(event), to, known)) : Optional.empty();
        }
    }

    private static final List<Entry<?>> WORDS = List.of(
            new Entry<>(InvoiceFinalized.class, MoneyTexts::invoice),
            new Entry<>(PaymentSucceeded.class, MoneyTexts::receipt),
            new Entry<>(PaymentFailed.class, MoneyTexts::failed),
            new Entry<>(PaymentActionRequired.class, MoneyTexts::confirm),
            new Entry<>(PaymentRetryScheduled.class, MoneyTexts::again),
            new Entry<>(DisputeOpened.class, MoneyTexts::contested),
            new Entry<>(DisputeClosed.class, MoneyTexts::decided),
            new Entry<>(CreditNoteIssued.class, MoneyTexts::creditNote),
            new Entry<>(RefundSucceeded.class, RefundTexts::paidBack),
            new Entry<>(RefundFailed.class, RefundTexts::failed),
            new Entry<>(InvoiceVoided.class, MoneyTexts::voided),
            new Entry<>(StandingChanged.class, MoneyTexts::standing));

    /** Events that no letter tells of, and why. */
    static final Map<Class<? extends Event>, String> SILENT = Map.of(
            InvoiceWrittenOff.class,
            "it is the operator's bookkeeping: nobody is asked for it any more, and it may still be paid",
            TestClockMoved.class,
            "an operator moves it; what happens on the way has letters of its own");

    /** Why a payment fails and what to do, by the code of whoever refused it; any other code speaks for itself. */
    private static final Map<String, String> REASONS = Map.of(
            "card_declined", "The bank has declined the card and does not say why. Try another card, or ask the bank.",
            "insufficient_funds", "There is not enough money behind the card. Add some, or pay with another card.",
            "expired_card", "The card has expired. Pay with another one.",
            "incorrect_cvc", "The security code of the card was wrong. Try again with the right one.",
            "processing_error", "Something went wrong at the bank, and no money was taken. Try again in a while.",
            "authentication_required", "The bank wants you to confirm the payment. Open the invoice and pay it there.");

    private MoneyTexts() {}

    /** The events that have words. */
    static List<Class<? extends Event>> told() {
        List<Class<? extends Event>> told = new ArrayList<>();
        WORDS.forEach(entry -> told.add(entry.type()));
        return told;
    }

    /** What is said of an event; nothing for one that has no words. */
    static Optional<Letter> letter(Event event, Addressee to, Known known) {
        return WORDS.stream()
                .flatMap(entry -> entry.letter(event, to, known).stream())
                .findFirst();
    }

    private static Letter invoice(InvoiceFinalized event, Addressee to, Known known) {
        boolean owed = event.amountDueMinor() > 0;
        List<Fact> facts = new ArrayList<>(List.of(
                new Fact("Number", event.number()),
                new Fact("Period", to.period(event.periodStart(), event.periodEnd())),
                new Fact("Total", to.money(event.totalMinor(), event.currency()))));
        if (event.amountDueMinor() != event.totalMinor()) {
            facts.add(new Fact("To be paid", to.money(event.amountDueMinor(), event.currency())));
        }
        if (owed) {
            facts.add(new Fact("Due", to.time(event.dueAt())));
        }
        return new Letter(
                "invoice",
                true,
                "Invoice %s over %s".formatted(event.number(), to.money(event.totalMinor(), event.currency())),
                List.of(
                        "The invoice of %s for %s is ready."
                                .formatted(to.account(), to.period(event.periodStart(), event.periodEnd())),
                        owed
                                ? "Please pay it by %s.".formatted(to.day(event.dueAt()))
                                : "There is nothing to pay; it is for your books."),
                facts,
                List.of(
                        to.invoice(event.invoice(), owed ? "See and pay the invoice" : "See the invoice"),
                        to.pdf(event.invoice())));
    }

    private static Letter receipt(PaymentSucceeded event, Addressee to, Known known) {
        String amount = to.money(event.amountMinor(), event.currency());
        OwedInvoice invoice = known.invoice();
        List<Fact> facts = new ArrayList<>();
        if (invoice != null) {
            facts.add(new Fact("Invoice", invoice.number()));
        }
        facts.add(new Fact("Paid", amount));
        facts.add(new Fact("On", to.time(event.occurredAt())));
        if (invoice != null && !event.paidInFull()) {
            facts.add(new Fact("Still to be paid", to.money(invoice.dueMinor(), invoice.currency())));
        }
        return new Letter(
                "receipt",
                false,
                "Receipt: %s for %s".formatted(amount, known.named()),
                List.of("We have received %s for %s of %s. Thank you.".formatted(amount, known.named(), to.account())),
                facts,
                List.of(to.invoice(event.invoice(), "See the invoice"), to.pdf(event.invoice())));
    }

    private static Letter failed(PaymentFailed event, Addressee to, Known known) {
        String amount = to.money(event.amountMinor(), event.currency());
        List<Fact> facts = new ArrayList<>();
        OwedInvoice invoice = known.invoice();
        if (invoice != null) {
            facts.add(new Fact("Invoice", invoice.number()));
        }
        facts.add(new Fact("Amount", amount));
        if (invoice != null && invoice.settledAt() == null) {
            facts.add(new Fact("Due", to.time(invoice.dueAt())));
        }
        return new Letter(
                "payment_failed",
                false,
                "The payment of %s for %s failed".formatted(amount, known.named()),
                List.of(
                        "The payment of %s for %s of %s did not go through; no money was taken."
                                .formatted(amount, known.named(), to.account()),
                        REASONS.getOrDefault(
                                event.code(), "Whoever was asked says: %s".formatted(Mails.line(event.message())))),
                facts,
                List.of(to.invoice(event.invoice(), "Open the invoice and pay it")));
    }

    private static Letter confirm(PaymentActionRequired event, Addressee to, Known known) {
        String amount = to.money(event.amountMinor(), event.currency());
        return new Letter(
                "payment_action",
                true,
                "Please confirm the payment of %s for %s".formatted(amount, known.named()),
                List.of(
                        "The bank asks you to confirm the payment of %s for %s of %s; until then no money is taken."
                                .formatted(amount, known.named(), to.account()),
                        "After that time it has failed, and is tried once more later."),
                List.of(new Fact("Amount", amount), new Fact("Until", to.time(event.deadline()))),
                List.of(
                        new Letter.Link("Confirm it at the bank", event.url()),
                        to.invoice(event.invoice(), "See the invoice")));
    }

    private static Letter again(PaymentRetryScheduled event, Addressee to, Known known) {
        String amount = to.money(event.amountMinor(), event.currency());
        return new Letter(
                "payment_retry",
                false,
                "The payment of %s is tried again on %s".formatted(amount, to.day(event.nextAttemptAt())),
                List.of(
                        "The payment for %s of %s is tried again by itself, with the card that is the default by then. You can also pay it now, or add another card."
                                .formatted(known.named(), to.account())),
                List.of(new Fact("Amount", amount), new Fact("Next try", to.time(event.nextAttemptAt()))),
                List.of(
                        to.invoice(event.invoice(), "Open the invoice and pay it"),
                        to.page("/payment_methods", "See the cards")));
    }

    private static Letter contested(DisputeOpened event, Addressee to, Known known) {
        String amount = to.money(event.amountMinor(), event.currency());
        return new Letter(
                "dispute",
                true,
                "The payment of %s for %s is contested".formatted(amount, known.named()),
                List.of(
                        "The bank of whoever paid %s of %s contests the payment. It has taken the money back until that is decided."
                                .formatted(known.named(), to.account()),
                        "If that is a mistake, tell the bank; otherwise please turn to the operator."),
                List.of(
                        new Fact("Amount", amount),
                        new Fact("Reason of the bank", Mails.line(event.reason().replace('_', ' ')))),
                List.of(to.invoice(event.invoice(), "See the invoice")));
    }

    private static Letter decided(DisputeClosed event, Addressee to, Known known) {
        String amount = to.money(event.amountMinor(), event.currency());
        return new Letter(
                "dispute",
                true,
                "It is decided: the payment of %s for %s %s"
                        .formatted(amount, known.named(), event.won() ? "stands" : "is undone"),
                List.of(
                        event.won()
                                ? "The bank has decided that the payment for %s of %s stands. There is nothing to do."
                                        .formatted(known.named(), to.account())
                                : "The bank has decided that the payment for %s of %s is undone: the money is no longer here. Please turn to the operator."
                                        .formatted(known.named(), to.account())),
                List.of(new Fact("Amount", amount)),
                List.of(to.invoice(event.invoice(), "See the invoice")));
    }

    private static Letter creditNote(CreditNoteIssued event, Addressee to, Known known) {
        String amount = to.money(event.totalMinor(), event.currency());
        List<Fact> facts = new ArrayList<>(List.of(new Fact("Credit note", event.number())));
        OwedInvoice invoice = known.invoice();
        if (invoice != null) {
            facts.add(new Fact("Invoice", invoice.number()));
        }
        facts.add(new Fact("Amount", amount));
        facts.add(new Fact("Reason", Mails.line(event.reason())));
        return new Letter(
                "credit_note",
                true,
                "Credit note %s over %s".formatted(event.number(), amount),
                List.of("%s of %s of %s is taken back.".formatted(amount, known.named(), to.account())),
                facts,
                List.of(to.invoice(event.invoice(), "See the invoice")));
    }

    private static Letter voided(InvoiceVoided event, Addressee to, Known known) {
        return new Letter(
                "invoice_voided",
                true,
                "Invoice %s is void".formatted(event.number()),
                List.of("Invoice %s of %s was taken back. Nothing is owed on it; please do not pay it."
                        .formatted(event.number(), to.account())),
                List.of(new Fact("Invoice", event.number()), new Fact("Reason", Mails.line(event.reason()))),
                List.of(to.invoice(event.invoice(), "See the invoice")));
    }

    private static Letter standing(StandingChanged event, Addressee to, Known known) {
        boolean overdue = event.reason().equals("invoice_overdue");
        String reason = Mails.line(event.reason());
        return switch (event.standing()) {
            case GOOD ->
                about(
                        false,
                        "%s is in good standing again".formatted(to.account()),
                        List.of(
                                "Nothing of %s is overdue any more. Thank you.".formatted(to.account()),
                                known.before() == Standing.SUSPENDED
                                        ? "What was stopped runs again, unless you have stopped it yourselves."
                                        : "Nothing was stopped."),
                        to);
            case PAST_DUE ->
                about(
                        true,
                        "An invoice of %s is overdue".formatted(to.account()),
                        List.of(
                                "An invoice of %s was due and is not paid. Everything still runs."
                                        .formatted(to.account()),
                                "Please pay it now: an account that stays overdue is suspended, and its containers are stopped."),
                        to);
            case SUSPENDED ->
                about(
                        true,
                        "%s is suspended".formatted(to.account()),
                        List.of(
                                overdue
                                        ? "An invoice of %s has been overdue for too long, so the account is suspended."
                                                .formatted(to.account())
                                        : "The operator has suspended %s: %s".formatted(to.account(), reason),
                                "Its containers are stopped. Its volumes keep their data, and can cost as before.",
                                overdue
                                        ? "Pay what is overdue, and everything runs again by itself."
                                        : "Please turn to the operator."),
                        to);
            case CLOSED ->
                about(
                        true,
                        "%s is closed".formatted(to.account()),
                        List.of(
                                "The account %s is closed for good. Nothing runs any more.".formatted(to.account()),
                                "Its owners can still see its invoices for a while, and pay what is owed."),
                        to);
        };
    }

    private static Letter about(boolean needed, String subject, List<String> paragraphs, Addressee to) {
        return new Letter(
                "standing", needed, subject, paragraphs, List.of(), List.of(to.page("/invoices", "See the invoices")));
    }

    /** What is said of an invoice that is not paid. */
    static Letter reminder(OwedInvoice invoice, ReminderRules.Step step, Addressee to) {
        String amount = to.money(invoice.dueMinor(), invoice.currency());
        String day = to.day(invoice.dueAt());
        return new Letter(
                "reminder",
                step != ReminderRules.Step.THREE_DAYS_BEFORE,
                switch (step) {
                    case THREE_DAYS_BEFORE -> "Invoice %s is due on %s".formatted(invoice.number(), day);
                    case A_DAY_AFTER -> "Invoice %s is overdue".formatted(invoice.number());
                    case A_WEEK_AFTER -> "Invoice %s has been overdue for a week".formatted(invoice.number());
                },
                switch (step) {
                    case THREE_DAYS_BEFORE ->
                        List.of("Invoice %s of %s over %s is due on %s. If you have paid it meanwhile, thank you."
                                .formatted(invoice.number(), to.account(), amount, day));
                    case A_DAY_AFTER ->
                        List.of(
                                "Invoice %s of %s over %s was due on %s and is not paid."
                                        .formatted(invoice.number(), to.account(), amount, day),
                                "Please pay it now.");
                    case A_WEEK_AFTER ->
                        List.of(
                                "Invoice %s of %s over %s was due on %s and is still not paid."
                                        .formatted(invoice.number(), to.account(), amount, day),
                                "An account that stays overdue is suspended: its containers are stopped, its data stays. "
                                        + "Please pay it now.");
                },
                List.of(
                        new Fact("Invoice", invoice.number()),
                        new Fact("To be paid", amount),
                        new Fact("Due", to.time(invoice.dueAt()))),
                List.of(to.invoice(invoice.id(), "Open the invoice and pay it"), to.pdf(invoice.id())));
    }
}
