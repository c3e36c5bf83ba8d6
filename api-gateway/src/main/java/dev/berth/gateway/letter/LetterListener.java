package dev.berth.gateway.letter;

import dev.berth.gateway.letter.OwedRepository.Settled;
import dev.berth.schema.Event;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.invoice.CreditNoteIssued;
import dev.berth.schema.invoice.InvoiceEvent;
import dev.berth.schema.invoice.InvoiceFinalized;
import dev.berth.schema.invoice.InvoiceVoided;
import dev.berth.schema.invoice.InvoiceWrittenOff;
import dev.berth.schema.invoice.PaymentSucceeded;
import dev.berth.schema.invoice.TestClockMoved;
import dev.berth.schema.standing.Standing;
import dev.berth.schema.standing.StandingChanged;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Received;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Takes what happens to money: writes what is owed, and a letter where there are words for it. An event of long ago changes what is owed
 * and is told to nobody, so that a topic that is read from its beginning fills no mailbox. An account that is not known here is an error
 * of the event, which goes to quarantine.
 */
@Component
class LetterListener implements Inbox.Handler {
    /** What is older than this is no news. */
    static final Duration NEWS = Duration.ofDays(7);

    private final OwedRepository owed;
    private final Letters letters;
    private final Reminders reminders;
    private final TestClockRepository clocks;
    private final InstantSource clock;

    LetterListener(
            OwedRepository owed,
            Letters letters,
            Reminders reminders,
            TestClockRepository clocks,
            InstantSource clock) {
        this.owed = owed;
        this.letters = letters;
        this.reminders = reminders;
        this.clocks = clocks;
        this.clock = clock;
    }

    @Override
    public void apply(DSLContext transaction, List<Received> events) {
        for (Received received : events) {
            take(transaction, received.envelope().event());
        }
    }

    private void take(DSLContext transaction, Event event) {
        switch (event) {
            case TestClockMoved fact -> {
                clocks.moved(transaction, fact);
                reminders.look(transaction, fact.account(), fact.now());
            }
            case InvoiceEvent fact -> {
                Instant now = now(transaction, event);
                owe(transaction, fact, now);
                InvoiceId invoice = fact.invoice();
                OwedInvoice known =
                        invoice == null ? null : owed.find(transaction, invoice).orElse(null);
                tell(event, now, known, null);
            }
            case StandingChanged fact ->
                owed.told(transaction, fact).ifPresent(before -> tell(event, now(transaction, event), null, before));
            default -> tell(event, now(transaction, event), null, null);
        }
    }

    /** What time it is for whom an event is about. */
    private Instant now(DSLContext transaction, Event event) {
        AccountId account = event.account();
        return account == null
                ? clock.instant()
                : clocks.shown(transaction, account).orElseGet(clock::instant);
    }

    private void owe(DSLContext transaction, InvoiceEvent event, Instant now) {
        Instant at = event.occurredAt();
        switch (event) {
            case InvoiceFinalized fact -> owed.insert(transaction, fact, firstReminder(fact, now));
            case PaymentSucceeded fact -> {
                if (fact.paidInFull()) {
                    owed.settle(transaction, fact.invoice(), Settled.PAID, at);
                } else {
                    owed.reduce(transaction, fact.invoice(), fact.amountMinor(), Settled.PAID, at);
                }
            }
            case CreditNoteIssued fact ->
                owed.reduce(transaction, fact.invoice(), fact.totalMinor(), Settled.CREDITED, at);
            case InvoiceVoided fact -> owed.settle(transaction, fact.invoice(), Settled.VOIDED, at);
            case InvoiceWrittenOff fact -> owed.settle(transaction, fact.invoice(), Settled.WRITTEN_OFF, at);
            default -> {} // owes neither more nor less by it
        }
    }

    private static @Nullable Instant firstReminder(InvoiceFinalized fact, Instant now) {
        Instant from = isNews(fact.occurredAt(), now) ? Instant.MIN : now;
        return ReminderRules.first(fact.occurredAt(), fact.dueAt(), from).orElse(null);
    }

    private void tell(Event event, Instant now, @Nullable OwedInvoice invoice, @Nullable Standing before) {
        AccountId account = event.account();
        if (account != null && isNews(event.occurredAt(), now)) {
            letters.write(account, to -> MoneyTexts.letter(event, to, new MoneyTexts.Known(invoice, before)));
        }
    }

    private static boolean isNews(Instant at, Instant now) {
        return at.isAfter(now.minus(NEWS));
    }
}
