package dev.berth.gateway.closing;

import dev.berth.gateway.account.EndingRepository;
import dev.berth.gateway.account.Reaping;
import dev.berth.gateway.standing.AccountEnd;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.standing.Standing;
import dev.berth.schema.wire.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Ends what is closed. By its row an account is due when its time to be reopened is over, while anything is left of it that goes, and
 * when its owners are to be forgotten. Every step is a transaction that goes by the rows alone, so that a process that dies between two of
 * them, and several replicas at once, come to the same end; a step that fails is tried again and holds up none of the others.
 */
@Component
class Reaper {
    private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);
    private static final Duration AGAIN = Duration.ofMinutes(1);
    private static final Duration OWED_AGAIN = Duration.ofHours(1);
    private static final int AT_ONCE = 100;

    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final EndingRepository endings;
    private final AccountEnd end;
    private final List<Reaping> reapings;
    private final ReapRepository people;
    private final ClosingParts parts;
    private final InstantSource clock;

    Reaper(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            EndingRepository endings,
            AccountEnd end,
            List<Reaping> reapings,
            ReapRepository people,
            ClosingParts parts,
            InstantSource clock) {
        this.dsl = dsl;
        this.transaction = new TransactionTemplate(transactions);
        this.endings = endings;
        this.end = end;
        this.reapings = List.copyOf(reapings);
        this.people = people;
        this.parts = parts;
        this.clock = clock;
    }

    @Scheduled(initialDelay = 5, fixedDelay = 5, timeUnit = TimeUnit.SECONDS)
    void look() {
        look(clock.instant());
    }

    /** Does what is due at a time. */
    void look(Instant now) {
        for (AccountId account : endings.due(dsl, now, AT_ONCE)) {
            try {
                if (isClosed(account, now)) {
                    removeWhatGoes(account, now);
                }
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).addKeyValue("account", account).log("A closed account could not be ended");
                transaction.executeWithoutResult(_ -> endings.lookAt(dsl, account, now.plus(AGAIN)));
            }
        }
    }

    /** Closes it for good if its time is over; whether it is closed. */
    private boolean isClosed(AccountId account, Instant now) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            EndingRepository.Ending ending = endings.lock(dsl, account).orElseThrow();
            if (ending.closedAt() != null) {
                return true;
            }
            if (ending.standing().standing() == Standing.CLOSED) {
                return endings.close(dsl, account, now); // by a version before this one, which told everybody
            }
            Instant endsAt = ending.endsAt();
            if (endsAt == null || endsAt.isAfter(now)) {
                return false; // reopened meanwhile
            }
            List<Outbox.Draft> drafts = end.close(dsl, account, "closed_by_owner", now, false, Cause.platform(now));
            parts.outbox().appendAll(dsl, drafts);
            return true;
        }));
    }

    private void removeWhatGoes(AccountId account, Instant now) {
        transaction.executeWithoutResult(_ -> {
            EndingRepository.Ending ending = endings.lock(dsl, account).orElseThrow();
            people.othersLeave(dsl, account);
            if (ending.peopleUntil() == null) {
                endings.peopleUntil(dsl, account, now.plus(parts.properties().owners()));
            }
        });
        boolean left = false;
        for (Reaping reaping : reapings) {
            left |= !isThrough(reaping, account, now);
        }
        boolean rest = left;
        transaction.executeWithoutResult(_ -> {
            EndingRepository.Ending ending = endings.lock(dsl, account).orElseThrow();
            Instant until = Objects.requireNonNull(ending.peopleUntil());
            if (rest) {
                endings.lookAt(dsl, account, now.plus(AGAIN));
            } else if (until.isAfter(now)) {
                endings.lookAt(dsl, account, until);
            } else if (mayStillPay(ending, now)) {
                endings.lookAt(dsl, account, now.plus(OWED_AGAIN));
            } else {
                people.allLeave(dsl, account);
                parts.debts().forget(dsl, account);
                endings.peopleGone(dsl, account, now);
            }
        });
    }

    /** Whether something is owed, and not for so long that its owners are forgotten all the same. */
    private boolean mayStillPay(EndingRepository.Ending ending, Instant now) {
        Instant closed = Objects.requireNonNull(ending.closedAt());
        return now.isBefore(closed.plus(parts.properties().debtors()))
                && parts.debts().owes(dsl, ending.account());
    }

    private boolean isThrough(Reaping reaping, AccountId account, Instant now) {
        try {
            return Boolean.TRUE.equals(transaction.execute(_ -> reaping.reap(dsl, account, now)));
        } catch (RuntimeException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("account", account)
                    .addKeyValue("step", reaping.getClass().getSimpleName())
                    .log("Something of a closed account could not be removed; it is tried again");
            return false;
        }
    }
}
