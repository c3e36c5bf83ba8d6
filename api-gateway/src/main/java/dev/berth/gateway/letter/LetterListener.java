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
                boolean news = isNews(transaction, event);
                owe(transaction, fact, news);
                InvoiceId invoice = fact.invoice();
                OwedInvoice known =
                        invoice == null ? null : owed.find(transaction, invoice).orElse(null);
                tell(event, news, known, null);
            }
            case StandingChanged fact ->
                owed.told(transaction, fact).ifPresent(before -> tell(event, isNews(transaction, event), null, before));
            default -> tell(event, isNews(transaction, event), null, null);
        }
    }

    /** Whether it is told: whatever happens to an account on a test clock is new there, since it happens when its clock is moved. */
    private boolean isNews(DSLContext transaction, Event event) {
        AccountId account = event.account();
        return event.occurredAt().isAfter(clock.instant().minus(NEWS))
                || (account != null && clocks.shown(transaction, account).isPresent());
    }

    private void owe(DSLContext transaction, InvoiceEvent event, boolean news) {
        Instant at = event.occurredAt();
        switch (event) {
            case InvoiceFinalized fact -> owed.insert(transaction, fact, firstReminder(fact, news));
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

    private @Nullable Instant firstReminder(InvoiceFinalized fact, boolean news) {
        Instant from = news ? Instant.MIN : clock.instant();
        return ReminderRules.first(fact.occurredAt(), fact.dueAt(), from).orElse(null);
    }

    private void tell(Event event, boolean news, @Nullable OwedInvoice invoice, @Nullable Standing before) {
        AccountId account = event.account();
        if (account != null && news) {
            letters.write(account, to -> MoneyTexts.letter(event, to, new MoneyTexts.Known(invoice, before)));
        }
    }
}
