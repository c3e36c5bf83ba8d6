package dev.berth.stripe.card;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A card that Stripe offers for tests. Source: Stripe's documentation, "Testing".
 *
 * @param number its number, digits only
 * @param token its name behind {@code pm_card_}
 * @param brand visa, mastercard, amex …
 * @param country ISO 3166 code of the issuer
 * @param funding credit or debit
 * @param onSetUp why it cannot be saved; null when it can
 * @param onPayment why a payment fails; null when it succeeds
 * @param authentication when 3-D Secure is asked for
 * @param afterwards what happens after a payment that succeeded
 * @param refund how a refund goes
 */
public record TestCard(
        String number,
        String token,
        String brand,
        String country,
        String funding,
        @Nullable Decline onSetUp,
        @Nullable Decline onPayment,
        Authentication authentication,
        Afterwards afterwards,
        RefundCourse refund) {

    /** When the issuer asks for 3-D Secure. */
    public enum Authentication {
        NEVER,
        /** Unless the card was set up for use off session. */
        UNLESS_SET_UP,
        /** For each payment. */
        ALWAYS
    }

    /** What happens after a payment that succeeded. */
    public enum Afterwards {
        NOTHING,
        DISPUTE_FRAUDULENT,
        DISPUTE_NOT_RECEIVED,
        INQUIRY
    }

    /** How a refund goes. */
    public enum RefundCourse {
        SUCCEEDS,
        /** Pending at first. */
        PENDING,
        /** Succeeds at first, and fails later. */
        FAILS_LATER
    }

    private static final List<TestCard> ALL = List.of(
            plain("4242424242424242", "visa", "visa", "credit"),
            plain("4000056655665556", "visa_debit", "visa", "debit"),
            plain("5555555555554444", "mastercard", "mastercard", "credit"),
            plain("5200828282828210", "mastercard_debit", "mastercard", "debit"),
            plain("378282246310005", "amex", "amex", "credit"),
            plain("6011111111111117", "discover", "discover", "credit"),
            plain("3056930009020004", "diners", "diners", "credit"),
            plain("3566002020360505", "jcb", "jcb", "credit"),
            plain("4000000000000077", "bypassPending", "visa", "credit"),
            foreign("4000002760000016", "de", "DE"),
            foreign("4000008260000000", "gb", "GB"),
            foreign("4000002500000003", "fr", "FR"),
            foreign("4000003920000003", "jp", "JP"),
            refused("4000000000000002", "chargeDeclined", Decline.GENERIC),
            refused("4000000000009995", "chargeDeclinedInsufficientFunds", Decline.INSUFFICIENT_FUNDS),
            refused("4000000000009987", "chargeDeclinedLostCard", Decline.LOST_CARD),
            refused("4000000000009979", "chargeDeclinedStolenCard", Decline.STOLEN_CARD),
            refused("4000000000000069", "chargeDeclinedExpiredCard", Decline.EXPIRED_CARD),
            refused("4000000000000127", "chargeDeclinedIncorrectCvc", Decline.INCORRECT_CVC),
            refused("4000000000000119", "chargeDeclinedProcessingError", Decline.PROCESSING_ERROR),
            refused("4000000000006975", "chargeDeclinedVelocityLimitExceeded", Decline.VELOCITY),
            refused("4100000000000019", "chargeDeclinedFraudulent", Decline.FRAUDULENT),
            later("4000000000000341", "chargeCustomerFail", Decline.GENERIC, Authentication.NEVER),
            later("4000002760003184", "authenticationRequired", null, Authentication.ALWAYS),
            later("4000002500003155", "authenticationRequiredOnSetup", null, Authentication.UNLESS_SET_UP),
            later("4000003800000446", "authenticationRequiredSetupForOffSession", null, Authentication.UNLESS_SET_UP),
            later(
                    "4000008260003178",
                    "authenticationRequiredChargeDeclinedInsufficientFunds",
                    Decline.INSUFFICIENT_FUNDS,
                    Authentication.ALWAYS),
            after("4000000000000259", "createDispute", Afterwards.DISPUTE_FRAUDULENT, RefundCourse.SUCCEEDS),
            after(
                    "4000000000002685",
                    "createDisputeProductNotReceived",
                    Afterwards.DISPUTE_NOT_RECEIVED,
                    RefundCourse.SUCCEEDS),
            after("4000000000001976", "createDisputeInquiry", Afterwards.INQUIRY, RefundCourse.SUCCEEDS),
            after("4000000000007726", "pendingRefund", Afterwards.NOTHING, RefundCourse.PENDING),
            after("4000000000005126", "refundFail", Afterwards.NOTHING, RefundCourse.FAILS_LATER));

    private static TestCard plain(String number, String token, String brand, String funding) {
        return new TestCard(
                number,
                token,
                brand,
                "US",
                funding,
                null,
                null,
                Authentication.NEVER,
                Afterwards.NOTHING,
                RefundCourse.SUCCEEDS);
    }

    private static TestCard foreign(String number, String token, String country) {
        TestCard plain = plain(number, token, "visa", "credit");
        return new TestCard(
                number,
                token,
                "visa",
                country,
                "credit",
                null,
                null,
                plain.authentication,
                plain.afterwards,
                plain.refund);
    }

    private static TestCard refused(String number, String token, Decline why) {
        return new TestCard(
                number,
                token,
                "visa",
                "US",
                "credit",
                why,
                why,
                Authentication.NEVER,
                Afterwards.NOTHING,
                RefundCourse.SUCCEEDS);
    }

    private static TestCard later(String number, String token, @Nullable Decline why, Authentication authentication) {
        return new TestCard(
                number,
                token,
                "visa",
                "US",
                "credit",
                null,
                why,
                authentication,
                Afterwards.NOTHING,
                RefundCourse.SUCCEEDS);
    }

    private static TestCard after(String number, String token, Afterwards afterwards, RefundCourse refund) {
        return new TestCard(
                number, token, "visa", "US", "credit", null, null, Authentication.NEVER, afterwards, refund);
    }

    /** All, those that succeed first. */
    public static List<TestCard> all() {
        return ALL;
    }

    /** The card of that number. */
    public static Optional<TestCard> ofNumber(String digits) {
        return ALL.stream().filter(card -> card.number.equals(digits)).findFirst();
    }

    /** The card of a name such as {@code pm_card_visa}, {@code pm_card_visa_chargeDeclined} or {@code tok_visa}. */
    public static Optional<TestCard> ofToken(String name) {
        String bare = name.startsWith("pm_card_")
                ? name.substring("pm_card_".length())
                : name.startsWith("tok_") ? name.substring("tok_".length()) : "";
        String plain = bare.startsWith("visa_charge") ? bare.substring("visa_".length()) : bare;
        return ALL.stream().filter(card -> card.token.equals(plain)).findFirst();
    }

    /** Whether the card was set up for use off session before anybody did it here. */
    public boolean setUpFromTheStart() {
        return token.equals("authenticationRequiredSetupForOffSession");
    }

    /** The last four digits. */
    public String last4() {
        return number.substring(number.length() - 4);
    }
}
