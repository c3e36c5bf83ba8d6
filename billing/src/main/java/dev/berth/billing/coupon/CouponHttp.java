package dev.berth.billing.coupon;

import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Page;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.unit.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Coupons: redeemed by the customer, made, given and archived by the operator. */
@RestController
@RequestMapping("/internal/v1")
class CouponHttp {
    private static final Pattern CODE = Pattern.compile("[A-Z0-9][A-Z0-9_-]{2,39}");
    private static final Pattern PERCENT = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,4})?");
    private static final int MAX_MONTHS = 120;
    private static final int MAX_TEXT = 200;
    private static final long MAX_MINOR = 1_000_000_000_000L;

    private final DSLContext dsl;
    private final Customers customers;
    private final Coupons coupons;
    private final InstantSource clock;

    CouponHttp(DSLContext dsl, Customers customers, Coupons coupons, InstantSource clock) {
        this.dsl = dsl;
        this.customers = customers;
        this.coupons = coupons;
        this.clock = clock;
    }

    record Redemption(@Nullable String code) {}

    record Recipient(@Nullable AccountId account) {}

    /** {@code amount} is what an amount is worth, {@code max_discount} what a percentage takes off at most in all. */
    record NewCoupon(
            @Nullable String code,
            @Nullable String description,
            @Nullable String percent,
            @Nullable Money amount,
            @Nullable Money maxDiscount,
            @Nullable Integer months,
            @Nullable Integer maxRedemptions,
            @Nullable Instant redeemBy) {}

    record View(
            String code,
            String description,
            @Nullable String percent,
            @Nullable Money amount,
            @Nullable Money maxDiscount,
            @Nullable Integer months,
            @Nullable Integer maxRedemptions,
            int redemptions,
            @Nullable Instant redeemBy,
            Instant createdAt,
            @Nullable Instant archivedAt) {
        static View of(Coupon coupon) {
            String currency = coupon.currency();
            Long minor = coupon.amountMinor();
            Money money = minor == null || currency == null ? null : new Money(minor, currency);
            return new View(
                    coupon.code(),
                    coupon.description(),
                    plain(coupon.percent()),
                    coupon.isPercent() ? null : money,
                    coupon.isPercent() ? money : null,
                    coupon.months(),
                    coupon.maxRedemptions(),
                    coupon.redemptions(),
                    coupon.redeemBy(),
                    coupon.createdAt(),
                    coupon.archivedAt());
        }
    }

    record HeldView(
            String code,
            String description,
            @Nullable String percent,
            @Nullable Money left,
            Money taken,
            Instant redeemedAt,
            @Nullable Instant endsAt) {
        static HeldView of(Coupons.Held held, String currency) {
            return new HeldView(
                    held.code(),
                    held.description(),
                    plain(held.percent()),
                    held.left(),
                    held.taken() == null ? Money.zero(currency) : held.taken(),
                    held.redeemedAt(),
                    held.endsAt());
        }
    }

    @GetMapping("/coupons")
    Page<HeldView> held(Caller caller) {
        Customer customer = customers.require(caller.account());
        return new Page<>(
                coupons.of(customer.account(), customer.currency()).stream()
                        .map(held -> HeldView.of(held, customer.currency()))
                        .toList(),
                null);
    }

    @PostMapping("/coupons/redeem")
    HeldView redeem(Caller caller, @RequestBody Redemption redemption) {
        Customer customer = customers.require(caller.account());
        String code = known(redemption.code());
        return HeldView.of(coupons.redeem(customer, code, false, caller.cause(clock.instant())), customer.currency());
    }

    @GetMapping("/operator/coupons")
    Page<View> list(
            Caller caller,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        caller.mustBeOperator();
        Page<Coupon> page = coupons.page(cursor, Page.limit(limit));
        return new Page<>(page.data().stream().map(View::of).toList(), page.nextCursor());
    }

    @GetMapping("/operator/coupons/{code}")
    View get(Caller caller, @PathVariable String code) {
        caller.mustBeOperator();
        return View.of(coupons.find(known(code)));
    }

    @PostMapping("/operator/coupons")
    @ResponseStatus(HttpStatus.CREATED)
    View create(Caller caller, @RequestBody NewCoupon wanted) {
        caller.mustBeOperator();
        return View.of(coupons.create(read(wanted), caller.cause(clock.instant())));
    }

    @PostMapping("/operator/coupons/{code}/archive")
    View archive(Caller caller, @PathVariable String code) {
        caller.mustBeOperator();
        return View.of(coupons.archive(known(code)));
    }

    @PostMapping("/operator/coupons/{code}/attach")
    HeldView attach(Caller caller, @PathVariable String code, @RequestBody Recipient recipient) {
        caller.mustBeOperator();
        AccountId account = recipient.account();
        if (account == null) {
            throw Refusal.invalid("account", "is missing");
        }
        String known = known(code);
        coupons.find(known);
        Customer customer = customers.require(account);
        return AccountTime.within(
                dsl,
                account,
                () -> HeldView.of(
                        coupons.redeem(customer, known, true, caller.cause(clock.instant())), customer.currency()));
    }

    private Coupon read(NewCoupon wanted) {
        List<Refusal.Field> wrong = new ArrayList<>();
        String code = wanted.code() == null ? "" : Coupon.normal(wanted.code());
        check(wrong, CODE.matcher(code).matches(), "code", "has 3 to 40 capitals, digits, - and _");
        String text = wanted.description() == null ? "" : wanted.description().strip();
        check(
                wrong,
                !text.isEmpty() && text.length() <= MAX_TEXT && text.chars().noneMatch(Character::isISOControl),
                "description",
                "has 1 to %d characters, which invoices show".formatted(MAX_TEXT));
        String percent = wanted.percent();
        Money amount = wanted.amount();
        Money most = wanted.maxDiscount();
        check(wrong, (percent == null) != (amount == null), "percent", "either percent or amount is needed");
        check(
                wrong,
                percent == null || (PERCENT.matcher(percent).matches() && isPercent(new BigDecimal(percent))),
                "percent",
                "is above 0 and at most 100, in quotes, with at most 4 decimals");
        check(wrong, amount == null || inRange(amount), "amount", "has an amount_minor of at least 1");
        check(
                wrong,
                most == null || (percent != null && inRange(most)),
                "max_discount",
                "is for a percentage, at least 1");
        Integer months = wanted.months();
        check(
                wrong,
                months == null || (percent != null && months >= 1 && months <= MAX_MONTHS),
                "months",
                "is for a percentage, 1 to %d".formatted(MAX_MONTHS));
        Integer redemptions = wanted.maxRedemptions();
        check(wrong, redemptions == null || redemptions > 0, "max_redemptions", "is at least 1");
        Instant by = wanted.redeemBy();
        check(wrong, by == null || by.isAfter(clock.instant()), "redeem_by", "is in the future");
        if (!wrong.isEmpty()) {
            throw new Refusal(ErrorCode.INVALID, "The coupon cannot be made.", wrong);
        }
        Money money = amount == null ? most : amount;
        return new Coupon(
                code,
                text,
                percent == null ? null : new BigDecimal(percent),
                money == null ? null : money.amountMinor(),
                money == null ? null : money.currency(),
                months,
                redemptions,
                0,
                by == null ? null : by.truncatedTo(ChronoUnit.MILLIS),
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                null);
    }

    private static boolean isPercent(BigDecimal percent) {
        return percent.signum() > 0 && percent.compareTo(BigDecimal.valueOf(100)) <= 0;
    }

    private static boolean inRange(Money money) {
        return money.amountMinor() >= 1 && money.amountMinor() <= MAX_MINOR;
    }

    private static void check(List<Refusal.Field> wrong, boolean right, String field, String message) {
        if (!right) {
            wrong.add(new Refusal.Field(field, message));
        }
    }

    /** A code that could be one, as it is kept. */
    private static String known(@Nullable String text) {
        if (text == null || text.isBlank()) {
            throw Refusal.invalid("code", "is missing");
        }
        String code = Coupon.normal(text);
        if (!CODE.matcher(code).matches()) {
            throw Coupons.unknown(code.length() > 40 ? code.substring(0, 40) + "…" : code);
        }
        return code;
    }

    private static @Nullable String plain(@Nullable BigDecimal value) {
        return value == null ? null : value.stripTrailingZeros().toPlainString();
    }
}
