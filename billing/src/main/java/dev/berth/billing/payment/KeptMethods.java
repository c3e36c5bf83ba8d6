package dev.berth.billing.payment;

import static dev.berth.schema.db.billing.Tables.PAYMENT_METHOD;

import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.db.billing.tables.records.PaymentMethodRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.PaymentMethodId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The ways to pay that a provider keeps for customers, in the database. Of a card it knows what a receipt shows. An account that
 * has any has exactly one default. Thread-safe.
 */
@Component
public final class KeptMethods {
    /** As many as an account may have. */
    public static final int MOST = 20;

    private final Collecting collecting = new Collecting();

    /**
     * One.
     *
     * @param reference its id at the provider
     * @param kind such as {@code card}
     */
    public record Kept(
            PaymentMethodId id,
            AccountId account,
            String reference,
            String kind,
            String brand,
            String last4,
            @Nullable Integer expMonth,
            @Nullable Integer expYear,
            boolean isDefault,
            Instant createdAt) {}

    /** What the provider says of one. */
    public record Seen(
            String reference,
            String kind,
            String brand,
            String last4,
            @Nullable Integer expMonth,
            @Nullable Integer expYear) {}

    /** Those of an account, the oldest first. */
    public List<Kept> of(DSLContext dsl, AccountId account) {
        return dsl.selectFrom(PAYMENT_METHOD)
                .where(PAYMENT_METHOD.ACCOUNT_ID.eq(account), PAYMENT_METHOD.REMOVED_AT.isNull())
                .orderBy(PAYMENT_METHOD.CREATED_AT, PAYMENT_METHOD.PAYMENT_METHOD_ID)
                .fetch(KeptMethods::read);
    }

    /** One of an account, empty when it is another's or was removed. */
    public Optional<Kept> find(DSLContext dsl, AccountId account, PaymentMethodId id) {
        return dsl.selectFrom(PAYMENT_METHOD)
                .where(
                        PAYMENT_METHOD.PAYMENT_METHOD_ID.eq(id),
                        PAYMENT_METHOD.ACCOUNT_ID.eq(account),
                        PAYMENT_METHOD.REMOVED_AT.isNull())
                .fetchOptional(KeptMethods::read);
    }

    /**
     * As {@link #find}, by the text of its id.
     *
     * @throws Refusal {@code not_found} when the account has none of that id
     */
    public Kept require(DSLContext dsl, AccountId account, String id) {
        return parsed(id)
                .flatMap(known -> find(dsl, account, known))
                .orElseThrow(() -> new Refusal(ErrorCode.NOT_FOUND, "There is no payment method %s.".formatted(id)));
    }

    private static Optional<PaymentMethodId> parsed(String id) {
        try {
            return Optional.of(PaymentMethodId.parse(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The default of an account. */
    public Optional<Kept> defaultOf(DSLContext dsl, AccountId account) {
        return dsl.selectFrom(PAYMENT_METHOD)
                .where(PAYMENT_METHOD.ACCOUNT_ID.eq(account), PAYMENT_METHOD.IS_DEFAULT.isTrue())
                .fetchOptional(KeptMethods::read);
    }

    /** Its id at the provider, also once it was removed: attempts name it. */
    public Optional<String> reference(DSLContext dsl, PaymentMethodId id) {
        return dsl.select(PAYMENT_METHOD.REFERENCE)
                .from(PAYMENT_METHOD)
                .where(PAYMENT_METHOD.PAYMENT_METHOD_ID.eq(id))
                .fetchOptional(PAYMENT_METHOD.REFERENCE);
    }

    /**
     * Keeps one; the first of an account is its default in any case. Keeping it again brings what it shows up to date.
     *
     * @return its id
     */
    public PaymentMethodId keep(
            DSLContext transaction, AccountId account, Seen seen, boolean makeDefault, Instant now) {
        PaymentMethodRecord fresh = shown(seen);
        fresh.setPaymentMethodId(PaymentMethodId.next());
        fresh.setAccountId(account);
        fresh.setReference(seen.reference());
        fresh.setCreatedAt(now);
        boolean added = transaction
                        .insertInto(PAYMENT_METHOD)
                        .set(fresh)
                        .onConflict(PAYMENT_METHOD.REFERENCE)
                        .doNothing()
                        .execute()
                == 1;
        if (!added) {
            transaction
                    .update(PAYMENT_METHOD)
                    .set(shown(seen))
                    .where(PAYMENT_METHOD.REFERENCE.eq(seen.reference()))
                    .execute();
        }
        PaymentMethodId id = transaction
                .select(PAYMENT_METHOD.PAYMENT_METHOD_ID)
                .from(PAYMENT_METHOD)
                .where(PAYMENT_METHOD.REFERENCE.eq(seen.reference()))
                .fetchSingle(PAYMENT_METHOD.PAYMENT_METHOD_ID);
        if (added && (makeDefault || defaultOf(transaction, account).isEmpty())) {
            makeDefault(transaction, account, id, now);
        }
        return id;
    }

    /** Makes one the default; what the account owes is tried with it at once. */
    public void makeDefault(DSLContext transaction, AccountId account, PaymentMethodId id, Instant now) {
        lock(transaction, account);
        boolean already = defaultOf(transaction, account)
                .filter(kept -> kept.id().equals(id))
                .isPresent();
        if (already) {
            return;
        }
        transaction
                .update(PAYMENT_METHOD)
                .set(PAYMENT_METHOD.IS_DEFAULT, false)
                .where(PAYMENT_METHOD.ACCOUNT_ID.eq(account), PAYMENT_METHOD.IS_DEFAULT.isTrue())
                .execute();
        transaction
                .update(PAYMENT_METHOD)
                .set(PAYMENT_METHOD.IS_DEFAULT, true)
                .where(PAYMENT_METHOD.PAYMENT_METHOD_ID.eq(id), PAYMENT_METHOD.REMOVED_AT.isNull())
                .execute();
        collecting.anew(transaction, account, now);
    }

    /** Forgets one; if it was the default, the newest that is left becomes it, and nothing is tried for that. */
    public void remove(DSLContext transaction, AccountId account, PaymentMethodId id, Instant now) {
        lock(transaction, account);
        transaction
                .update(PAYMENT_METHOD)
                .set(PAYMENT_METHOD.IS_DEFAULT, false)
                .set(PAYMENT_METHOD.REMOVED_AT, now)
                .where(
                        PAYMENT_METHOD.PAYMENT_METHOD_ID.eq(id),
                        PAYMENT_METHOD.ACCOUNT_ID.eq(account),
                        PAYMENT_METHOD.REMOVED_AT.isNull())
                .execute();
        List<Kept> left = of(transaction, account);
        if (!left.isEmpty() && left.stream().noneMatch(Kept::isDefault)) {
            transaction
                    .update(PAYMENT_METHOD)
                    .set(PAYMENT_METHOD.IS_DEFAULT, true)
                    .where(PAYMENT_METHOD.PAYMENT_METHOD_ID.eq(left.getLast().id()))
                    .execute();
        }
    }

    /** Two that change the default of one account come one after the other. */
    private static void lock(DSLContext transaction, AccountId account) {
        transaction
                .select(PAYMENT_METHOD.PAYMENT_METHOD_ID)
                .from(PAYMENT_METHOD)
                .where(PAYMENT_METHOD.ACCOUNT_ID.eq(account))
                .orderBy(PAYMENT_METHOD.PAYMENT_METHOD_ID)
                .forUpdate()
                .fetch();
    }

    private static PaymentMethodRecord shown(Seen seen) {
        PaymentMethodRecord row = new PaymentMethodRecord();
        row.setKind(seen.kind());
        row.setBrand(seen.brand());
        row.setLast4(seen.last4());
        row.setExpMonth(seen.expMonth());
        row.setExpYear(seen.expYear());
        return row;
    }

    private static Kept read(PaymentMethodRecord row) {
        return new Kept(
                row.getPaymentMethodId(),
                row.getAccountId(),
                row.getReference(),
                row.getKind(),
                row.getBrand(),
                row.getLast4(),
                row.getExpMonth(),
                row.getExpYear(),
                row.getIsDefault(),
                row.getCreatedAt());
    }
}
