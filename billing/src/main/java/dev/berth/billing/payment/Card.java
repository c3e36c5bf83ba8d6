package dev.berth.billing.payment;

import dev.berth.billing.edge.Refusal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A card as it was typed in. It is never stored and never logged; only the last four digits are kept. */
public record Card(
        @Nullable String number,
        @Nullable Integer expMonth,
        @Nullable Integer expYear,
        @Nullable String cvc) {

    /** The digits of the number without blanks and dashes. */
    public String digits() {
        return number == null ? "" : number.replaceAll("[ -]", "");
    }

    /** The last four digits. */
    public String last4() {
        String digits = digits();
        return digits.substring(Math.max(0, digits.length() - 4));
    }

    /** What is wrong with it as of an instant, by field; empty when nothing is. */
    public List<Refusal.Field> problems(Instant now) {
        List<Refusal.Field> wrong = new ArrayList<>();
        if (!digits().matches("[0-9]{12,19}") || !luhn(digits())) {
            wrong.add(new Refusal.Field("card.number", "is no card number"));
        }
        YearMonth today = YearMonth.from(now.atZone(ZoneOffset.UTC));
        if (expMonth == null || expMonth < 1 || expMonth > 12) {
            wrong.add(new Refusal.Field("card.exp_month", "must be 1 to 12"));
        } else if (expYear == null || expYear < 2000 || expYear > today.getYear() + 50) {
            wrong.add(new Refusal.Field(
                    "card.exp_year", "must be a year from 2000 to %d".formatted(today.getYear() + 50)));
        } else if (YearMonth.of(expYear, expMonth).isBefore(today)) {
            wrong.add(new Refusal.Field("card.exp_month", "the card has expired"));
        }
        if (cvc == null || !cvc.matches("[0-9]{3,4}")) {
            wrong.add(new Refusal.Field("card.cvc", "three or four digits are needed"));
        }
        return wrong;
    }

    /** The check digit of ISO/IEC 7812-1. */
    private static boolean luhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            if (i % 2 == 1) {
                digit = digit > 4 ? digit * 2 - 9 : digit * 2;
            }
            sum += digit;
        }
        return sum % 10 == 0;
    }

    @Override
    public String toString() {
        return "card ending in " + last4();
    }
}
