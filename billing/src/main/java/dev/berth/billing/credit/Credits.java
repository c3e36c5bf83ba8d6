package dev.berth.billing.credit;

import static dev.berth.schema.db.billing.Tables.CREDIT_GRANT;
import static dev.berth.schema.db.billing.Tables.CREDIT_USE;
import static dev.berth.schema.db.billing.Tables.LEDGER_ENTRY;
import static dev.berth.schema.db.billing.Tables.LEDGER_TRANSACTION;

import dev.berth.billing.batch.Unnested;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.ledger.Ledger;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.billing.ledger.Posting;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.Cause;
import dev.berth.schema.db.billing.tables.records.CreditGrantRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditGrantId;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.id.InvoiceId;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record2;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Credit grants in the database, each change with its posting. Thread-safe. */
@Component
public final class Credits {
    /** The most that one grant has, in minor units. */
    public static final long MAX_MINOR = 1_000_000_000_000L;

    /** The lowest priority, which is used last. */
    public static final int MAX_PRIORITY = 100;

    private static final int PASS = 200;

    private final DSLContext dsl;
    private final Ledger ledger;
    private final InstantSource clock;

    public Credits(DSLContext dsl, Ledger ledger, InstantSource clock) {
        this.dsl = dsl;
        this.ledger = ledger;
        this.clock = clock;
    }

    /**
     * A grant that is to be made.
     *
     * @param amountMinor 1 to {@link #MAX_MINOR}
     * @param priority 0 to {@link #MAX_PRIORITY}; the lowest is used first
     * @param note what the customer reads of it
     * @param expiresAt in the future; null for never
     * @param key what a repetition of the request is known by, null when it cannot be
     */
    public record NewGrant(
            AccountId account,
            CreditGrant.Kind kind,
            String currency,
            long amountMinor,
            int priority,
            String note,
            @Nullable Instant expiresAt,
            @Nullable String key) {
        public NewGrant {
            if (amountMinor < 1 || amountMinor > MAX_MINOR || priority < 0 || priority > MAX_PRIORITY) {
                throw new IllegalArgumentException("a grant of %d with priority %d".formatted(amountMinor, priority));
            }
        }
    }

    /**
     * What an account has, in one currency and in minor units.
     *
     * @param grantedMinor what is left of grants that can be used
     * @param unassignedMinor what invoices carried forward and no grant has; the next invoice uses it before tax
     */
    public record Balance(long grantedMinor, long unassignedMinor) {}

    /**
     * Makes a grant and books it: prepaid money as cash, a gift as promotion; who makes a refund books it in the same transaction. A
     * key that made one before answers that.
     */
    public CreditGrantId grant(DSLContext transaction, NewGrant wanted, Cause cause) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        CreditGrantId id = CreditGrantId.next();
        int made = transaction
                .insertInto(CREDIT_GRANT)
                .set(CREDIT_GRANT.CREDIT_GRANT_ID, id)
                .set(CREDIT_GRANT.ACCOUNT_ID, wanted.account())
                .set(CREDIT_GRANT.KIND, wanted.kind().text())
                .set(CREDIT_GRANT.CURRENCY, wanted.currency())
                .set(CREDIT_GRANT.AMOUNT_MINOR, wanted.amountMinor())
                .set(CREDIT_GRANT.LEFT_MINOR, wanted.amountMinor())
                .set(CREDIT_GRANT.PRIORITY, (short) wanted.priority())
                .set(CREDIT_GRANT.NOTE, wanted.note())
                .set(CREDIT_GRANT.CREATED_AT, now)
                .set(CREDIT_GRANT.EXPIRES_AT, wanted.expiresAt())
                .set(CREDIT_GRANT.REQUEST_KEY, wanted.key())
                .set(CREDIT_GRANT.OPERATION, cause.operation())
                .set(CREDIT_GRANT.ACTOR, cause.actor())
                .set(CREDIT_GRANT.CAUSED_AT, cause.at())
                .onConflict(CREDIT_GRANT.ACCOUNT_ID, CREDIT_GRANT.REQUEST_KEY)
                .doNothing()
                .execute();
        if (made == 0) {
            return transaction
                    .select(CREDIT_GRANT.CREDIT_GRANT_ID)
                    .from(CREDIT_GRANT)
                    .where(CREDIT_GRANT.ACCOUNT_ID.eq(wanted.account()), CREDIT_GRANT.REQUEST_KEY.eq(wanted.key()))
                    .fetchSingle(CREDIT_GRANT.CREDIT_GRANT_ID);
        }
        LedgerAccount source = wanted.kind().source();
        if (source != null) {
            CreditGrant grant = find(transaction, id).orElseThrow();
            post(transaction, grant, null, "granted", source, -wanted.amountMinor(), now, cause);
        }
        return id;
    }

    /** As {@link #grant}, of what a credit note takes back: it can be paid back instead while nothing of it is used. */
    public CreditGrantId grantOf(DSLContext transaction, CreditNoteId note, NewGrant wanted, Cause cause) {
        CreditGrantId id = grant(transaction, wanted, cause);
        transaction
                .update(CREDIT_GRANT)
                .set(CREDIT_GRANT.CREDIT_NOTE_ID, note)
                .where(CREDIT_GRANT.CREDIT_GRANT_ID.eq(id))
                .execute();
        return id;
    }

    /**
     * Ends the grants that a credit note became: they are paid back by who calls, who books it.
     *
     * @return what they were, in minor units; zero when there are none
     * @throws Refusal {@code credit_refused} if something of them was used, or is over
     */
    public long takeBack(DSLContext transaction, CreditNoteId note, Instant now) {
        List<CreditGrant> grants = transaction
                .selectFrom(CREDIT_GRANT)
                .where(CREDIT_GRANT.CREDIT_NOTE_ID.eq(note), CREDIT_GRANT.VOIDED_AT.isNull())
                .orderBy(CREDIT_GRANT.CREDIT_GRANT_ID)
                .forUpdate()
                .fetch(Credits::read);
        grants.stream()
                .filter(grant -> grant.leftMinor() < grant.amountMinor())
                .findFirst()
                .ifPresent(used -> {
                    throw new Refusal(
                            ErrorCode.CREDIT_REFUSED,
                            "The credit %s, which the credit note became, has paid for an invoice already."
                                    .formatted(used.id()));
                });
        transaction
                .update(CREDIT_GRANT)
                .set(CREDIT_GRANT.VOIDED_AT, now)
                .set(CREDIT_GRANT.LEFT_MINOR, 0L)
                .where(CREDIT_GRANT.CREDIT_GRANT_ID.in(
                        grants.stream().map(CreditGrant::id).toList()))
                .execute();
        return grants.stream().mapToLong(CreditGrant::leftMinor).reduce(0, Math::addExact);
    }

    /** What an account has now. */
    public Balance balance(DSLContext transaction, AccountId account, String currency) {
        Instant now = clock.instant();
        long granted = available(transaction, account, currency, false).stream()
                .filter(grant -> grant.usable(now))
                .mapToLong(CreditGrant::leftMinor)
                .sum();
        return new Balance(granted, unassigned(transaction, account, currency));
    }

    /** The credit on the ledger that belongs to no grant: what invoices carried forward. */
    public long unassigned(DSLContext transaction, AccountId account, String currency) {
        return unassigned(transaction, Map.of(account, currency)).getOrDefault(account, 0L);
    }

    /**
     * As {@link #unassigned(DSLContext, AccountId, String)}, of several accounts in the currency of each. One statement, so that a grant that
     * is made meanwhile is in both sums or in neither.
     */
    public Map<AccountId, Long> unassigned(DSLContext transaction, Map<AccountId, String> currencies) {
        List<AccountId> accounts = List.copyOf(currencies.keySet());
        Unnested asked = new Unnested("asked");
        Field<AccountId> account = asked.add(LEDGER_TRANSACTION.ACCOUNT_ID, accounts);
        Field<String> currency = asked.add(
                LEDGER_TRANSACTION.CURRENCY,
                accounts.stream().map(currencies::get).toList());
        Field<BigDecimal> held = DSL.field(DSL.select(DSL.coalesce(DSL.sum(LEDGER_ENTRY.AMOUNT_MINOR), BigDecimal.ZERO))
                .from(LEDGER_ENTRY)
                .join(LEDGER_TRANSACTION)
                .using(LEDGER_TRANSACTION.TRANSACTION_ID)
                .where(
                        LEDGER_TRANSACTION.ACCOUNT_ID.eq(account),
                        LEDGER_TRANSACTION.CURRENCY.eq(currency),
                        LEDGER_ENTRY.LEDGER_ACCOUNT.eq(LedgerAccount.CREDIT.text())));
        Field<BigDecimal> left = DSL.field(DSL.select(DSL.coalesce(DSL.sum(CREDIT_GRANT.LEFT_MINOR), BigDecimal.ZERO))
                .from(CREDIT_GRANT)
                .where(
                        CREDIT_GRANT.ACCOUNT_ID.eq(account),
                        CREDIT_GRANT.CURRENCY.eq(currency),
                        CREDIT_GRANT.LEFT_MINOR.gt(0L)));
        return transaction
                .select(account, held.neg().sub(left))
                .from(asked.table())
                .fetchMap(Record2::value1, row -> row.value2().longValueExact());
    }

    /**
     * The grants of which something is left, whether or not they can be used now.
     *
     * @param locked whether until the end of the transaction
     */
    public List<CreditGrant> available(DSLContext transaction, AccountId account, String currency, boolean locked) {
        return available(transaction, Map.of(account, currency), locked).getOrDefault(account, List.of());
    }

    /** As {@link #available(DSLContext, AccountId, String, boolean)}, of several accounts in the currency of each. */
    public Map<AccountId, List<CreditGrant>> available(
            DSLContext transaction, Map<AccountId, String> currencies, boolean locked) {
        var query = transaction
                .selectFrom(CREDIT_GRANT)
                .where(CREDIT_GRANT.ACCOUNT_ID.in(currencies.keySet()), CREDIT_GRANT.LEFT_MINOR.gt(0L))
                .orderBy(CREDIT_GRANT.CREDIT_GRANT_ID);
        return (locked ? query.forUpdate() : query)
                .fetch(Credits::read).stream()
                        .filter(grant -> grant.currency().equals(currencies.get(grant.account())))
                        .collect(Collectors.groupingBy(CreditGrant::account));
    }

    /** Books what an invoice that is being made uses of locked grants: the receivable is less by it. */
    public void use(DSLContext transaction, InvoiceId invoice, List<CreditRules.Use> uses, Instant now, Cause cause) {
        for (CreditRules.Use use : uses) {
            CreditGrant grant = use.grant();
            transaction
                    .insertInto(CREDIT_USE)
                    .set(CREDIT_USE.INVOICE_ID, invoice)
                    .set(CREDIT_USE.CREDIT_GRANT_ID, grant.id())
                    .set(CREDIT_USE.AMOUNT_MINOR, use.amountMinor())
                    .set(CREDIT_USE.USED_AT, now)
                    .execute();
            move(transaction, grant.id(), -use.amountMinor());
            String what = "used:%s".formatted(invoice);
            post(transaction, grant, invoice, what, LedgerAccount.RECEIVABLE, use.amountMinor(), now, cause);
        }
    }

    /** Gives grants back what an invoice used that is taken back; who takes it back has booked it. */
    public void giveBack(DSLContext transaction, InvoiceId invoice, Instant now) {
        transaction
                .selectFrom(CREDIT_USE)
                .where(CREDIT_USE.INVOICE_ID.eq(invoice), CREDIT_USE.RETURNED_AT.isNull())
                .orderBy(CREDIT_USE.CREDIT_GRANT_ID)
                .forUpdate()
                .forEach(use -> {
                    use.setReturnedAt(now);
                    use.update();
                    move(transaction, use.getCreditGrantId(), use.getAmountMinor());
                });
    }

    /**
     * Makes a grant void: what is left of it is gone, what was used stays used.
     *
     * @throws Refusal {@code not_found}, or {@code credit_refused} when it is a refund, over, or used up
     */
    public CreditGrant voidGrant(CreditGrantId id, Cause cause) {
        return dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            CreditGrant grant = transaction
                    .selectFrom(CREDIT_GRANT)
                    .where(CREDIT_GRANT.CREDIT_GRANT_ID.eq(id))
                    .forUpdate()
                    .fetchOptional(Credits::read)
                    .orElseThrow(() -> new Refusal(ErrorCode.NOT_FOUND, "There is no credit grant %s.".formatted(id)));
            if (grant.voidedAt() != null) {
                return grant;
            }
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            LedgerAccount source = grant.kind().source();
            if (source == null || !grant.usable(now)) {
                throw new Refusal(
                        ErrorCode.CREDIT_REFUSED,
                        source == null
                                ? "The credit %s was paid for by the invoice that it was taken back from.".formatted(id)
                                : "The credit %s is %s.".formatted(id, grant.state(now)));
            }
            transaction
                    .update(CREDIT_GRANT)
                    .set(CREDIT_GRANT.VOIDED_AT, now)
                    .set(CREDIT_GRANT.LEFT_MINOR, 0L)
                    .where(CREDIT_GRANT.CREDIT_GRANT_ID.eq(id))
                    .execute();
            post(transaction, grant, null, "void", source, grant.leftMinor(), now, cause);
            return find(transaction, id).orElseThrow();
        });
    }

    /**
     * Books what is left of grants that are over: a gift was none, what was paid for is earned.
     *
     * @param fence throws in a transaction of a replica that lost the lease
     * @return how many
     */
    public int expire(Consumer<DSLContext> fence) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            List<CreditGrant> over = transaction
                    .selectFrom(CREDIT_GRANT)
                    .where(
                            CREDIT_GRANT.LEFT_MINOR.gt(0L),
                            AccountTime.reach(CREDIT_GRANT.ACCOUNT_ID),
                            CREDIT_GRANT.EXPIRES_AT.le(now).or(CREDIT_GRANT.VOIDED_AT.isNotNull()))
                    .orderBy(CREDIT_GRANT.CREDIT_GRANT_ID)
                    .limit(PASS)
                    .forUpdate()
                    .fetch(Credits::read);
            if (over.isEmpty()) {
                return 0;
            }
            fence.accept(transaction);
            for (CreditGrant grant : over) {
                transaction
                        .update(CREDIT_GRANT)
                        .set(CREDIT_GRANT.EXPIRED_AT, now)
                        .set(CREDIT_GRANT.LEFT_MINOR, 0L)
                        .where(CREDIT_GRANT.CREDIT_GRANT_ID.eq(grant.id()))
                        .execute();
                // What an invoice gives back after its end ends once more, at another time.
                String what = "expired:%s".formatted(now);
                long left = grant.leftMinor();
                post(transaction, grant, null, what, grant.kind().end(), left, now, Cause.platform(now));
            }
            return over.size();
        });
    }

    /** A grant. */
    public Optional<CreditGrant> find(DSLContext transaction, CreditGrantId id) {
        return transaction
                .selectFrom(CREDIT_GRANT)
                .where(CREDIT_GRANT.CREDIT_GRANT_ID.eq(id))
                .fetchOptional(Credits::read);
    }

    private static void move(DSLContext transaction, CreditGrantId id, long amountMinor) {
        transaction
                .update(CREDIT_GRANT)
                .set(CREDIT_GRANT.LEFT_MINOR, CREDIT_GRANT.LEFT_MINOR.plus(amountMinor))
                .where(CREDIT_GRANT.CREDIT_GRANT_ID.eq(id))
                .execute();
    }

    /** Books that the credit is less by an amount, which another account has; more if it is below zero. */
    private void post(
            DSLContext transaction,
            CreditGrant grant,
            @Nullable InvoiceId invoice,
            String what,
            LedgerAccount other,
            long amountMinor,
            Instant now,
            Cause cause) {
        ledger.post(
                transaction,
                new Posting(
                        "credit:%s:%s".formatted(grant.id(), what),
                        "credit_" + what.replaceFirst(":.*", ""),
                        grant.account(),
                        invoice,
                        null,
                        grant.currency(),
                        Map.of(LedgerAccount.CREDIT, amountMinor, other, -amountMinor),
                        now,
                        cause));
    }

    static CreditGrant read(CreditGrantRecord row) {
        return new CreditGrant(
                row.getCreditGrantId(),
                row.getAccountId(),
                CreditGrant.Kind.of(row.getKind()),
                row.getCurrency(),
                row.getAmountMinor(),
                row.getLeftMinor(),
                row.getPriority(),
                row.getNote(),
                row.getCreatedAt(),
                row.getExpiresAt(),
                row.getExpiredAt(),
                row.getVoidedAt());
    }
}
