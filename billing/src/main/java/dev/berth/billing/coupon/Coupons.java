package dev.berth.billing.coupon;

import static dev.berth.schema.db.billing.Tables.COUPON;
import static dev.berth.schema.db.billing.Tables.COUPON_REDEMPTION;
import static dev.berth.schema.db.billing.Tables.COUPON_USE;

import dev.berth.billing.customer.Customer;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Page;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.Cause;
import dev.berth.schema.db.billing.tables.records.CouponRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.unit.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Coupons in the database: those of the operator, and who has redeemed which. Thread-safe. */
@Component
public final class Coupons {
    /** The most coupons that one account can have. */
    public static final int MAX_OF_ACCOUNT = 20;

    private final DSLContext dsl;
    private final InstantSource clock;

    public Coupons(DSLContext dsl, InstantSource clock) {
        this.dsl = dsl;
        this.clock = clock;
    }

    /**
     * A coupon as an account has it.
     *
     * @param percent null for an amount
     * @param left what it can still take off, null for no bound
     * @param taken what it has taken off so far
     */
    public record Held(
            String code,
            String description,
            @Nullable BigDecimal percent,
            @Nullable Money left,
            @Nullable Money taken,
            Instant redeemedAt,
            @Nullable Instant endsAt) {}

    /**
     * Makes a coupon. The same one again is the same.
     *
     * @throws Refusal {@code coupon_refused} if there is another one with its code
     */
    public Coupon create(Coupon wanted, Cause cause) {
        return dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            transaction
                    .insertInto(COUPON)
                    .set(COUPON.CODE, wanted.code())
                    .set(COUPON.KIND, wanted.isPercent() ? "percent" : "amount")
                    .set(COUPON.DESCRIPTION, wanted.description())
                    .set(COUPON.PERCENT, wanted.percent())
                    .set(COUPON.AMOUNT_MINOR, wanted.amountMinor())
                    .set(COUPON.CURRENCY, wanted.currency())
                    .set(COUPON.MONTHS, wanted.months())
                    .set(COUPON.MAX_REDEMPTIONS, wanted.maxRedemptions())
                    .set(COUPON.REDEEM_BY, wanted.redeemBy())
                    .set(COUPON.CREATED_AT, wanted.createdAt())
                    .set(COUPON.OPERATION, cause.operation())
                    .set(COUPON.ACTOR, cause.actor())
                    .onConflict(COUPON.CODE)
                    .doNothing()
                    .execute();
            Coupon made = find(transaction, wanted.code());
            if (!sameTerms(made, wanted)) {
                throw new Refusal(
                        ErrorCode.COUPON_REFUSED,
                        "There is another coupon %s, made at %s.".formatted(made.code(), made.createdAt()));
            }
            return made;
        });
    }

    /** A page of coupons by code, after one. */
    Page<Coupon> page(@Nullable String after, int limit) {
        List<Coupon> rows = dsl.selectFrom(COUPON)
                .where(after == null ? DSL.noCondition() : COUPON.CODE.gt(after))
                .orderBy(COUPON.CODE)
                .limit(limit + 1)
                .fetch(Coupons::read);
        return Page.of(rows, limit, Coupon::code);
    }

    /**
     * The coupon of a code.
     *
     * @throws Refusal {@code coupon_unknown}
     */
    Coupon find(String code) {
        return find(dsl, code);
    }

    /**
     * Ends that a coupon can be redeemed; who has it keeps it. Twice changes nothing.
     *
     * @throws Refusal {@code coupon_unknown}
     */
    Coupon archive(String code) {
        dsl.update(COUPON)
                .set(COUPON.ARCHIVED_AT, clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .where(COUPON.CODE.eq(code), COUPON.ARCHIVED_AT.isNull())
                .execute();
        return find(dsl, code);
    }

    /**
     * Gives a coupon to an account, once: again changes nothing.
     *
     * @param byOperator whether a coupon that is archived, over or given out in full is given all the same
     * @throws Refusal {@code coupon_unknown}, also of one that a customer may not know to be over, or {@code coupon_refused}
     */
    public Held redeem(Customer customer, String code, boolean byOperator, Cause cause) {
        dsl.transaction(configuration -> redeem(configuration.dsl(), customer, code, byOperator, cause));
        return held(dsl, customer.account(), customer.currency(), COUPON.CODE.eq(code))
                .getFirst();
    }

    private void redeem(DSLContext transaction, Customer customer, String code, boolean byOperator, Cause cause) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Coupon coupon = transaction
                .selectFrom(COUPON)
                .where(COUPON.CODE.eq(code))
                .forUpdate()
                .fetchOptional(Coupons::read)
                .orElseThrow(() -> unknown(code));
        Condition own = COUPON_REDEMPTION.ACCOUNT_ID.eq(customer.account());
        if (transaction.fetchExists(COUPON_REDEMPTION, own, COUPON_REDEMPTION.CODE.eq(code))) {
            return;
        }
        refusal(coupon, customer, byOperator, now).ifPresent(why -> {
            throw new Refusal(ErrorCode.COUPON_REFUSED, why);
        });
        if (transaction.fetchCount(COUPON_REDEMPTION, own) >= MAX_OF_ACCOUNT) {
            throw new Refusal(
                    ErrorCode.COUPON_REFUSED,
                    "The account has %d coupons, as many as it may.".formatted(MAX_OF_ACCOUNT));
        }
        transaction
                .insertInto(COUPON_REDEMPTION)
                .set(COUPON_REDEMPTION.ACCOUNT_ID, customer.account())
                .set(COUPON_REDEMPTION.CODE, code)
                .set(COUPON_REDEMPTION.REDEEMED_AT, now)
                .set(COUPON_REDEMPTION.ENDS_AT, endsAt(customer, coupon.months(), now))
                .set(COUPON_REDEMPTION.LEFT_MINOR, coupon.amountMinor())
                .set(COUPON_REDEMPTION.OPERATION, cause.operation())
                .set(COUPON_REDEMPTION.ACTOR, cause.actor())
                .execute();
        Integer most = coupon.maxRedemptions();
        int redemptions = coupon.redemptions() + 1;
        transaction
                .update(COUPON)
                .set(COUPON.REDEMPTIONS, redemptions)
                // The operator may go beyond what customers can have.
                .set(COUPON.MAX_REDEMPTIONS, most == null ? null : Integer.valueOf(Math.max(most, redemptions)))
                .where(COUPON.CODE.eq(code))
                .execute();
    }

    private static Optional<String> refusal(Coupon coupon, Customer customer, boolean byOperator, Instant now) {
        String currency = coupon.currency();
        if (currency != null && !currency.equals(customer.currency())) {
            return Optional.of("The coupon is in %s, the account pays in %s.".formatted(currency, customer.currency()));
        }
        if (byOperator) {
            return Optional.empty();
        }
        Instant redeemBy = coupon.redeemBy();
        if (coupon.archivedAt() != null || (redeemBy != null && !now.isBefore(redeemBy))) {
            return Optional.of("The coupon is over.");
        }
        Integer most = coupon.maxRedemptions();
        return most != null && coupon.redemptions() >= most
                ? Optional.of("The coupon has been redeemed as often as it can be.")
                : Optional.empty();
    }

    /** The end of so many billing months, the current one being the first. */
    private static @Nullable Instant endsAt(Customer customer, @Nullable Integer months, Instant now) {
        if (months == null) {
            return null;
        }
        Instant end = now;
        for (int i = 0; i < months; i++) {
            end = customer.calendar().monthOf(end).end();
        }
        return end;
    }

    /** The coupons of an account, in the order in which they count. */
    public List<Held> of(AccountId account, String currency) {
        return held(dsl, account, currency, DSL.noCondition());
    }

    private static List<Held> held(DSLContext dsl, AccountId account, String currency, Condition which) {
        var taken = DSL.field(DSL.select(DSL.sum(COUPON_USE.AMOUNT_MINOR))
                .from(COUPON_USE)
                .where(
                        COUPON_USE.ACCOUNT_ID.eq(COUPON_REDEMPTION.ACCOUNT_ID),
                        COUPON_USE.CODE.eq(COUPON_REDEMPTION.CODE),
                        COUPON_USE.RETURNED_AT.isNull()));
        return dsl.select(COUPON_REDEMPTION.asterisk(), COUPON.DESCRIPTION, COUPON.PERCENT, taken)
                .from(COUPON_REDEMPTION)
                .join(COUPON)
                .using(COUPON.CODE)
                .where(COUPON_REDEMPTION.ACCOUNT_ID.eq(account), which)
                .orderBy(COUPON.PERCENT.isNull(), COUPON_REDEMPTION.REDEEMED_AT, COUPON_REDEMPTION.CODE)
                .fetch(row -> {
                    Long left = row.get(COUPON_REDEMPTION.LEFT_MINOR);
                    BigDecimal sum = row.get(taken);
                    return new Held(
                            row.get(COUPON_REDEMPTION.CODE),
                            row.get(COUPON.DESCRIPTION),
                            row.get(COUPON.PERCENT),
                            left == null ? null : new Money(left, currency),
                            sum == null ? null : new Money(sum.longValueExact(), currency),
                            row.get(COUPON_REDEMPTION.REDEEMED_AT),
                            row.get(COUPON_REDEMPTION.ENDS_AT));
                });
    }

    /**
     * What some accounts have that may count on an invoice; none of those that have nothing.
     *
     * @param locked whether until the end of the transaction
     */
    public Map<AccountId, List<CouponRules.Redeemed>> redeemed(
            DSLContext transaction, Collection<AccountId> accounts, boolean locked) {
        var query = transaction
                .select(COUPON_REDEMPTION.asterisk(), COUPON.DESCRIPTION, COUPON.PERCENT)
                .from(COUPON_REDEMPTION)
                .join(COUPON)
                .using(COUPON.CODE)
                .where(
                        COUPON_REDEMPTION.ACCOUNT_ID.in(accounts),
                        COUPON_REDEMPTION.LEFT_MINOR.isNull().or(COUPON_REDEMPTION.LEFT_MINOR.gt(0L)))
                .orderBy(COUPON_REDEMPTION.ACCOUNT_ID, COUPON_REDEMPTION.CODE);
        return (locked ? query.forUpdate().of(COUPON_REDEMPTION) : query)
                .fetchGroups(row -> row.get(COUPON_REDEMPTION.ACCOUNT_ID), Coupons::redeemed);
    }

    private static CouponRules.Redeemed redeemed(Record row) {
        return new CouponRules.Redeemed(
                row.get(COUPON_REDEMPTION.CODE),
                row.get(COUPON.DESCRIPTION),
                row.get(COUPON.PERCENT),
                row.get(COUPON_REDEMPTION.LEFT_MINOR),
                row.get(COUPON_REDEMPTION.REDEEMED_AT),
                row.get(COUPON_REDEMPTION.ENDS_AT));
    }

    /** Writes what a coupon took off an invoice that is being made. */
    public void use(
            DSLContext transaction, AccountId account, InvoiceId invoice, String code, long amountMinor, Instant now) {
        transaction
                .insertInto(COUPON_USE)
                .set(COUPON_USE.INVOICE_ID, invoice)
                .set(COUPON_USE.ACCOUNT_ID, account)
                .set(COUPON_USE.CODE, code)
                .set(COUPON_USE.AMOUNT_MINOR, amountMinor)
                .set(COUPON_USE.USED_AT, now)
                .execute();
        left(transaction, account, code, -amountMinor);
    }

    /** Gives coupons back what they took off an invoice that is taken back. */
    public void giveBack(DSLContext transaction, InvoiceId invoice, Instant now) {
        transaction
                .selectFrom(COUPON_USE)
                .where(COUPON_USE.INVOICE_ID.eq(invoice), COUPON_USE.RETURNED_AT.isNull())
                .orderBy(COUPON_USE.CODE)
                .forUpdate()
                .forEach(use -> {
                    use.setReturnedAt(now);
                    use.update();
                    left(transaction, use.getAccountId(), use.getCode(), use.getAmountMinor());
                });
    }

    private static void left(DSLContext transaction, AccountId account, String code, long more) {
        transaction
                .update(COUPON_REDEMPTION)
                .set(COUPON_REDEMPTION.LEFT_MINOR, COUPON_REDEMPTION.LEFT_MINOR.plus(more))
                .where(COUPON_REDEMPTION.ACCOUNT_ID.eq(account), COUPON_REDEMPTION.CODE.eq(code))
                .execute();
    }

    private static Coupon find(DSLContext dsl, String code) {
        return dsl.selectFrom(COUPON)
                .where(COUPON.CODE.eq(code))
                .fetchOptional(Coupons::read)
                .orElseThrow(() -> unknown(code));
    }

    static Refusal unknown(String code) {
        return new Refusal(ErrorCode.COUPON_UNKNOWN, "There is no coupon %s.".formatted(code));
    }

    private static boolean sameTerms(Coupon one, Coupon other) {
        return one.description().equals(other.description())
                && (one.percent() == null
                        ? other.percent() == null
                        : other.percent() != null && one.percent().compareTo(other.percent()) == 0)
                && java.util.Objects.equals(one.amountMinor(), other.amountMinor())
                && java.util.Objects.equals(one.currency(), other.currency())
                && java.util.Objects.equals(one.months(), other.months())
                && java.util.Objects.equals(one.redeemBy(), other.redeemBy());
    }

    private static Coupon read(CouponRecord row) {
        return new Coupon(
                row.getCode(),
                row.getDescription(),
                row.getPercent(),
                row.getAmountMinor(),
                row.getCurrency(),
                row.getMonths(),
                row.getMaxRedemptions(),
                row.getRedemptions(),
                row.getRedeemBy(),
                row.getCreatedAt(),
                row.getArchivedAt());
    }
}
