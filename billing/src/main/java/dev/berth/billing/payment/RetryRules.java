package dev.berth.billing.payment;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Decides whether a payment that failed is tried again by itself. Pure.
 *
 * <p>Goals: to take what can be taken, and to bother no bank that has said no for good.
 *
 * <p>Rules: a hard decline is never retried (card networks fine who does); any other is tried again 1, 3, 5 and 7 days after
 * the first failure. One that comes late, since the customer was asked meanwhile, keeps at least {@link #LEAST} from the
 * failure before. After the last there is none; a new way to pay begins anew.
 *
 * <p>Example: it fails on the 1st at 10:00 for lack of funds and is tried on the 2nd, 4th, 6th and 8th at 10:00.
 */
public final class RetryRules {
    /** After the first failure; the field's usual steps, as in Stripe's own default of four retries. */
    public static final List<Duration> WAITS =
            List.of(Duration.ofDays(1), Duration.ofDays(3), Duration.ofDays(5), Duration.ofDays(7));

    /** Between a failure and the next attempt there is at least this. */
    public static final Duration LEAST = Duration.ofHours(12);

    /**
     * Declines after which Stripe does not retry either, and those that no waiting mends.
     *
     * @see <a href="https://docs.stripe.com/declines/codes">Stripe: decline codes</a>
     */
    private static final Set<String> HARD = Set.of(
            "amount_too_small",
            "card_not_supported",
            "currency_not_supported",
            "expired_card",
            "fraudulent",
            "highest_risk_level",
            "incorrect_number",
            "invalid_account",
            "invalid_number",
            "lost_card",
            "merchant_blacklist",
            "no_such_method",
            "pickup_card",
            "restricted_card",
            "revocation_of_all_authorizations",
            "revocation_of_authorization",
            "security_violation",
            "stolen_card",
            "stop_payment_order",
            "transaction_not_allowed");

    /** What comes next. */
    public sealed interface Decision {
        /** It is tried again. */
        record Retry(Instant at) implements Decision {}

        /** It is not; {@code why} is {@code hard_decline} or {@code tries_used_up}. */
        record Stop(String why) implements Decision {}
    }

    private RetryRules() {}

    /** Whether a decline is for good. */
    public static boolean hard(String code) {
        return HARD.contains(code);
    }

    /**
     * Decides after a failure.
     *
     * @param code why it failed
     * @param failures how many have failed since the first, this one among them; at least 1
     * @param firstFailedAt when the first did
     * @param now when this one did, not before the first
     */
    public static Decision decide(String code, int failures, Instant firstFailedAt, Instant now) {
        if (failures < 1) {
            throw new IllegalArgumentException("%d failures are none to decide about".formatted(failures));
        }
        if (hard(code)) {
            return new Decision.Stop("hard_decline");
        }
        if (failures > WAITS.size()) {
            return new Decision.Stop("tries_used_up");
        }
        Instant planned = firstFailedAt.plus(WAITS.get(failures - 1));
        Instant least = now.plus(LEAST);
        return new Decision.Retry(planned.isBefore(least) ? least : planned);
    }
}
