package dev.berth.gateway.letter;

import dev.berth.schema.id.AccountId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reminds of invoices that are not paid. A row is its own lease: whoever holds its lock writes the letters and when the next reminder is in
 * one transaction, so that neither a process that dies nor a second replica sends one twice; what is locked is left to who has it.
 */
@Component
class Reminders {
    private static final Logger LOG = LoggerFactory.getLogger(Reminders.class);
    private static final int AT_ONCE = 500;

    private final DSLContext dsl;
    private final OwedRepository owed;
    private final Letters letters;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    Reminders(
            DSLContext dsl,
            OwedRepository owed,
            Letters letters,
            PlatformTransactionManager transactions,
            InstantSource clock) {
        this.dsl = dsl;
        this.owed = owed;
        this.letters = letters;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    @Scheduled(initialDelay = 10, fixedDelay = 30, timeUnit = TimeUnit.SECONDS)
    void look() {
        look(clock.instant());
    }

    /** Sends what is due at a time. */
    void look(Instant now) {
        for (int i = 0; i < AT_ONCE && remindOne(now); i++) {
            // until nobody is left to be reminded
        }
    }

    /** Sends what is due of an account whose clock shows a time, in the transaction at hand. */
    void look(DSLContext at, AccountId account, Instant now) {
        for (int i = 0; i < AT_ONCE && remind(at, account, now); i++) {
            // until there is nothing left to remind of
        }
    }

    private boolean remindOne(Instant now) {
        return Boolean.TRUE.equals(transaction.execute(_ -> remind(dsl, null, now)));
    }

    /** Reminds of the one that is due longest; whether there was one. */
    private boolean remind(DSLContext at, @Nullable AccountId account, Instant now) {
        Optional<OwedInvoice> due = owed.toRemind(at, account, now);
        due.ifPresent(invoice -> {
            ReminderRules.step(invoice.dueAt(), now)
                    .ifPresent(step -> letters.write(
                            invoice.account(), to -> Optional.of(MoneyTexts.reminder(invoice, step, to))));
            owed.remindAt(
                    at, invoice.id(), ReminderRules.next(invoice.dueAt(), now).orElse(null));
            LOG.atInfo().addKeyValue("invoice", invoice.id()).log("An account was reminded of an invoice");
        });
        return due.isPresent();
    }
}
