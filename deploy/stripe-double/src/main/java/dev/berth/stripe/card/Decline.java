package dev.berth.stripe.card;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why an issuer refuses a card. Source: Stripe's documentation, "Decline codes" and "Testing". */
public enum Decline {
    GENERIC("card_declined", "generic_decline", "Your card was declined.", "try_again_later"),
    INSUFFICIENT_FUNDS("card_declined", "insufficient_funds", "Your card has insufficient funds.", "try_again_later"),
    LOST_CARD("card_declined", "lost_card", "Your card was declined.", "do_not_try_again"),
    STOLEN_CARD("card_declined", "stolen_card", "Your card was declined.", "do_not_try_again"),
    FRAUDULENT("card_declined", "fraudulent", "Your card was declined.", "do_not_try_again"),
    DO_NOT_HONOR("card_declined", "do_not_honor", "Your card was declined.", "try_again_later"),
    PICKUP_CARD("card_declined", "pickup_card", "Your card was declined.", "do_not_try_again"),
    VELOCITY(
            "card_declined",
            "card_velocity_exceeded",
            "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
            "try_again_later"),
    EXPIRED_CARD("expired_card", "expired_card", "Your card has expired.", "do_not_try_again"),
    INCORRECT_CVC("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.", "confirm_card_data"),
    PROCESSING_ERROR(
            "processing_error",
            "processing_error",
            "An error occurred while processing your card. Try again in a little bit.",
            "try_again_later"),
    AUTHENTICATION_REQUIRED(
            "authentication_required",
            "authentication_required",
            "Your card was declined. This transaction requires authentication.",
            null),
    NO_TEST_CARD(
            "card_declined",
            "test_mode_live_card",
            "Your card was declined. Your request was in test mode, but used a non test (live) card. For a list of valid test cards, visit: https://stripe.com/docs/testing.",
            null);

    private final String code;
    private final String declineCode;
    private final String message;
    private final @Nullable String advice;

    Decline(String code, String declineCode, String message, @Nullable String advice) {
        this.code = code;
        this.declineCode = declineCode;
        this.message = message;
        this.advice = advice;
    }

    /** The error code. */
    public String code() {
        return code;
    }

    /** The decline code. */
    public String declineCode() {
        return declineCode;
    }

    /** What the customer may be told. */
    public String message() {
        return message;
    }

    /** What the issuer advises; null when it does not. */
    public @Nullable String advice() {
        return advice;
    }

    /** The one of that decline code. */
    public static Optional<Decline> of(String declineCode) {
        return Arrays.stream(values())
                .filter(decline -> decline.declineCode.equals(declineCode))
                .findFirst();
    }
}
