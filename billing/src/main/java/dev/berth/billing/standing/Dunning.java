package dev.berth.billing.standing;

import static dev.berth.schema.db.billing.Tables.ACCOUNT_STANDING;
import static dev.berth.schema.db.billing.Tables.CUSTOMER;
import static dev.berth.schema.db.billing.Tables.INVOICE;

import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.invoice.InvoiceSettled;
import dev.berth.billing.invoice.InvoiceStatus;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.Cause;
import dev.berth.schema.db.billing.tables.records.AccountStandingRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.standing.Standing;
import dev.berth.schema.standing.StandingChanged;
import dev.berth.schema.wire.Outbox;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Applies {@link DunningRules} to accounts: by timer, when an invoice is settled, and by the operator's word. A decision that was
 * made for a later time than now (the operator's dry look ahead) is not taken back by the timer: while an account does not stand
 * well it is judged as of the latest time it was judged for. Thread-safe.
 */
@Component
public class Dunning {
    private static final int PAGE = 500;
    private static final Set<Standing> BY_HAND = EnumSet.of(Standing.GOOD, Standing.SUSPENDED, Standing.CLOSED);

    private final DSLContext dsl;
    private final Customers customers;
    private final Outbox outbox;
    private final DunningProperties properties;
    private final InstantSource clock;

    public Dunning(
            DSLContext dsl, Customers customers, Outbox outbox, DunningProperties properties, InstantSource clock) {
        this.dsl = dsl;
        this.customers = customers;
        this.outbox = outbox;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Judges every account that may stand differently as of an instant.
     *
     * @param fence throws in a transaction of a replica that lost the lease
     * @return those that changed
     */
    public List<AccountStanding> pass(Instant asOf, Cause cause, Consumer<DSLContext> fence) {
        List<AccountStanding> changed = new ArrayList<>();
        List<AccountId> page = candidates(asOf, null);
        while (!page.isEmpty()) {
            for (AccountId account : page) {
                judge(account, asOf, cause, fence).ifPresent(changed::add);
            }
            page = candidates(asOf, page.getLast());
        }
        return changed;
    }

    /** Judges one account; its standing if that changed. */
    public Optional<AccountStanding> judge(AccountId account, Instant asOf, Cause cause, Consumer<DSLContext> fence) {
        return dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            fence.accept(transaction);
            Optional<Customer> customer = customers.find(transaction, account);
            return customer.isEmpty()
                    ? Optional.empty()
                    : decide(transaction, customer.get(), lock(transaction, customer.get(), now()), asOf, null, cause);
        });
    }

    /** An invoice was paid or taken back: the account may run again at once. */
    @EventListener
    public void on(InvoiceSettled settled) {
        judge(settled.account(), clock.instant(), settled.cause(), _ -> {});
    }

    /**
     * Suspends an account by hand, lifts that and excuses what is overdue now, or closes the account for ever: that is told like any
     * other standing, and whoever owns the account ends it. Closing twice changes nothing.
     *
     * @throws Refusal {@code invalid} for another standing, {@code standing_not_allowed} when the account is closed
     */
    public AccountStanding set(AccountId account, Standing standing, String reason, Cause cause) {
        if (!BY_HAND.contains(standing)) {
            throw Refusal.invalid("standing", "good, suspended or closed can be set by hand");
        }
        customers.require(account);
        dsl.transaction(configuration -> {
            DSLContext transaction = configuration.dsl();
            Customer customer = customers.find(transaction, account).orElseThrow();
            AccountStandingRecord row = lock(transaction, customer, now());
            boolean closed = customer.closedAt() != null || row.getStanding().equals(Standing.CLOSED.text());
            if (closed && standing != Standing.CLOSED) {
                throw new Refusal(ErrorCode.STANDING_NOT_ALLOWED, "The account is closed.");
            }
            Instant now = now();
            if (standing == Standing.CLOSED) {
                apply(transaction, row, new DunningRules.Decision(Standing.CLOSED, reason), cause);
                return;
            }
            row.setHeld(standing == Standing.SUSPENDED);
            row.setReason(reason);
            if (standing == Standing.GOOD) {
                row.setExcusedTo(later(now, row.getDunnedAt()));
            }
            transaction.executeUpdate(row);
            decide(transaction, customer, row, now, reason, cause);
        });
        return of(account);
    }

    /** How an account stands. */
    public AccountStanding of(AccountId account) {
        Customer customer = customers.require(account);
        return dsl.selectFrom(ACCOUNT_STANDING)
                .where(ACCOUNT_STANDING.ACCOUNT_ID.eq(account))
                .fetchOptional(Dunning::read)
                .orElseGet(() ->
                        new AccountStanding(account, Standing.GOOD, false, "nothing_overdue", customer.openedAt()));
    }

    private Optional<AccountStanding> decide(
            DSLContext transaction,
            Customer customer,
            AccountStandingRecord row,
            Instant at,
            @Nullable String byHand,
            Cause cause) {
        Standing before = Standing.of(row.getStanding());
        boolean judgedAhead = before == Standing.PAST_DUE || before == Standing.SUSPENDED;
        Instant asOf = judgedAhead ? later(at, row.getDunnedAt()) : at;
        DunningRules.Decision decision = DunningRules.decide(
                new DunningRules.Facts(
                        customer.closedAt() != null,
                        row.getHeld() ? row.getReason() : null,
                        Overdue.oldest(transaction, customer.account(), row.getExcusedTo(), asOf),
                        row.getHeld() ? null : row.getSuspendedAsOf()),
                asOf,
                properties.suspendAfter(),
                properties.closeAfter());
        Instant now = now();
        boolean owing = decision.standing() == Standing.SUSPENDED && !row.getHeld();
        row.setSuspendedAsOf(!owing ? null : row.getSuspendedAsOf() == null ? asOf : row.getSuspendedAsOf());
        row.setDunnedAt(decision.standing() == Standing.GOOD ? now : asOf);
        if (decision.standing() == before) {
            if (before != Standing.GOOD) {
                transaction.executeUpdate(row);
            }
            return Optional.empty();
        }
        String reason = byHand == null ? decision.reason() : byHand;
        return apply(transaction, row, new DunningRules.Decision(decision.standing(), reason), cause);
    }

    /** Changes the standing and tells it, where the rules allow the step. */
    private Optional<AccountStanding> apply(
            DSLContext transaction, AccountStandingRecord row, DunningRules.Decision decision, Cause cause) {
        if (!DunningRules.mayBecome(Standing.of(row.getStanding()), decision.standing())) {
            return Optional.empty(); // closed, for ever
        }
        Instant now = now();
        row.setStanding(decision.standing().text());
        row.setReason(decision.reason());
        row.setSince(now);
        transaction.executeUpdate(row);
        outbox.append(
                transaction,
                new StandingChanged(
                        row.getAccountId(), decision.standing(), row.getCapReached(), decision.reason(), now),
                cause);
        return Optional.of(read(row));
    }

    /** Accounts that owe something that was due, that do not stand well, or that were closed. */
    private List<AccountId> candidates(Instant asOf, @Nullable AccountId after) {
        Condition owes = DSL.exists(DSL.selectOne()
                .from(INVOICE)
                .where(
                        INVOICE.ACCOUNT_ID.eq(CUSTOMER.ACCOUNT_ID),
                        INVOICE.STATUS.eq(InvoiceStatus.FINAL.text()),
                        INVOICE.DUE_AT.le(asOf)));
        Condition notGood = ACCOUNT_STANDING.STANDING.in(Standing.PAST_DUE.text(), Standing.SUSPENDED.text());
        Condition toClose = CUSTOMER.CLOSED_AT
                .isNotNull()
                .and(ACCOUNT_STANDING.STANDING.isNull().or(ACCOUNT_STANDING.STANDING.ne(Standing.CLOSED.text())));
        Condition open = CUSTOMER.CLOSED_AT.isNull().and(owes.or(notGood));
        return dsl.select(CUSTOMER.ACCOUNT_ID)
                .from(CUSTOMER)
                .leftJoin(ACCOUNT_STANDING)
                .on(ACCOUNT_STANDING.ACCOUNT_ID.eq(CUSTOMER.ACCOUNT_ID))
                .where(after == null ? DSL.noCondition() : CUSTOMER.ACCOUNT_ID.gt(after))
                .and(open.or(toClose))
                .and(AccountTime.reach(CUSTOMER.ACCOUNT_ID))
                .orderBy(CUSTOMER.ACCOUNT_ID)
                .limit(PAGE)
                .fetch(CUSTOMER.ACCOUNT_ID);
    }

    /** How an account stands, locked until the transaction ends; well, if it was never judged. */
    static AccountStandingRecord lock(DSLContext transaction, Customer customer, Instant now) {
        transaction
                .insertInto(ACCOUNT_STANDING)
                .set(ACCOUNT_STANDING.ACCOUNT_ID, customer.account())
                .set(ACCOUNT_STANDING.STANDING, Standing.GOOD.text())
                .set(ACCOUNT_STANDING.REASON, "nothing_overdue")
                .set(ACCOUNT_STANDING.SINCE, customer.openedAt())
                .set(ACCOUNT_STANDING.DUNNED_AT, now)
                .onConflictDoNothing()
                .execute();
        return transaction
                .selectFrom(ACCOUNT_STANDING)
                .where(ACCOUNT_STANDING.ACCOUNT_ID.eq(customer.account()))
                .forUpdate()
                .fetchSingle();
    }

    private static AccountStanding read(AccountStandingRecord row) {
        return new AccountStanding(
                row.getAccountId(),
                Standing.of(row.getStanding()),
                row.getCapReached(),
                row.getReason(),
                row.getSince());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
