package dev.berth.stripe.card;

import dev.berth.stripe.wire.StripeError;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which amounts a currency allows, in its minor units. Source: Stripe's documentation, "Supported currencies". */
public final class Money {
    private static final long MOST = 99_999_999;
    private static final int FEE_PER_MILLE = 29;

    private static final Set<String> ZERO_DECIMAL = Set.of(
            "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf");
    private static final Set<String> THREE_DECIMAL = Set.of("bhd", "jod", "kwd", "omr", "tnd");
    /** Stated with two decimals, of which both must be zero. */
    private static final Set<String> WHOLE_ONLY = Set.of("isk", "ugx");

    private static final Set<String> TWO_DECIMAL = Set.of(
            ("usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc "
                            + "cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd "
                            + "kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio "
                            + "nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb "
                            + "tjs top try ttd twd tzs uah ugx uyu uzs wst xcd yer zar zmw")
                    .split(" "));

    private static final Map<String, Long> LEAST = Map.ofEntries(
            Map.entry("usd", 50L),
            Map.entry("aed", 200L),
            Map.entry("aud", 50L),
            Map.entry("bgn", 100L),
            Map.entry("brl", 50L),
            Map.entry("cad", 50L),
            Map.entry("chf", 50L),
            Map.entry("czk", 1_500L),
            Map.entry("dkk", 250L),
            Map.entry("eur", 50L),
            Map.entry("gbp", 30L),
            Map.entry("hkd", 400L),
            Map.entry("huf", 17_500L),
            Map.entry("inr", 50L),
            Map.entry("jpy", 50L),
            Map.entry("mxn", 1_000L),
            Map.entry("myr", 200L),
            Map.entry("nok", 300L),
            Map.entry("nzd", 50L),
            Map.entry("pln", 200L),
            Map.entry("ron", 200L),
            Map.entry("sek", 300L),
            Map.entry("sgd", 50L),
            Map.entry("thb", 1_000L));

    private Money() {}

    /** The currency in Stripe's form, lower case. */
    public static String currency(String given) {
        String currency = given.toLowerCase(Locale.ROOT);
        if (!ZERO_DECIMAL.contains(currency) && !THREE_DECIMAL.contains(currency) && !TWO_DECIMAL.contains(currency)) {
            throw StripeError.invalid(
                    null,
                    "Invalid currency: %s. Stripe currently supports these currencies: usd, eur, gbp, jpy, kwd and others"
                            .formatted(currency),
                    "currency");
        }
        return currency;
    }

    /** Refuses an amount that cannot be charged. */
    public static void check(long amount, String currency) {
        if (amount < 1) {
            throw StripeError.invalid(
                    "parameter_invalid_integer", "This value must be greater than or equal to 1.", "amount");
        }
        long least = LEAST.getOrDefault(currency, 1L);
        if (amount < least) {
            throw StripeError.invalid(
                    "amount_too_small", "Amount must be at least %s".formatted(shown(least, currency)), "amount");
        }
        if (amount > MOST) {
            throw StripeError.invalid(
                    "amount_too_large", "Amount must be no more than %s".formatted(shown(MOST, currency)), "amount");
        }
        if (THREE_DECIMAL.contains(currency) && amount % 10 != 0) {
            throw StripeError.invalid(
                    null,
                    "Invalid amount %d: amounts in %s must have 0 as their last digit.".formatted(amount, currency),
                    "amount");
        }
        if (WHOLE_ONLY.contains(currency) && amount % 100 != 0) {
            throw StripeError.invalid(
                    null,
                    "Invalid amount %d: amounts in %s must be whole, that is divisible by 100."
                            .formatted(amount, currency),
                    "amount");
        }
    }

    /** How many digits stand behind the point: 0, 2 or 3. */
    public static int decimals(String currency) {
        return ZERO_DECIMAL.contains(currency) ? 0 : THREE_DECIMAL.contains(currency) ? 3 : 2;
    }

    /** An amount for people, such as {@code 12.50 usd}. */
    public static String shown(long amount, String currency) {
        return "%s %s"
                .formatted(
                        java.math.BigDecimal.valueOf(amount, decimals(currency)).toPlainString(), currency);
    }

    /** Stripe's fee of a payment, in the same minor units: 2.9 % and, of currencies with two decimals, 30. */
    public static long fee(long amount, String currency) {
        long fixed = switch (decimals(currency)) {
            case 0 -> 30;
            case 3 -> 100;
            default -> 30;
        };
        return Math.min(amount, Math.floorDiv(amount * FEE_PER_MILLE + 500, 1_000) + fixed);
    }
}
