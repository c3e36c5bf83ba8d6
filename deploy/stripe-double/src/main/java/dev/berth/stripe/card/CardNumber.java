package dev.berth.stripe.card;

/** Checks what somebody typed as a card. */
public final class CardNumber {
    private CardNumber() {}

    /** Whether the last digit fits the others (ISO/IEC 7812, Luhn). */
    public static boolean valid(String digits) {
        if (!digits.matches("\\d{12,19}")) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int weighed = i % 2 == 0 ? digit : digit * 2;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return sum % 10 == 0;
    }
}
