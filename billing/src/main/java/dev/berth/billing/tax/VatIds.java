package dev.berth.billing.tax;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The form of VAT ids, and their check digits where the scheme of the country is public. Whether an id is registered today only its
 * tax office knows; what a typing error makes of one is found here. Pure.
 *
 * <p>Forms are those of the VIES (europa.eu, "VAT number format"); check digits those of the national schemes, as collected in
 * python-stdnum.
 */
public final class VatIds {
    /** The countries of the European Union, by ISO 3166-1. */
    public static final Set<String> EU = Set.of(
            "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
            "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK");

    private static final Pattern FORM_ELSEWHERE = Pattern.compile("[A-Z0-9]{2,20}");
    private static final String DNI = "TRWAGMYFPDXBNJZSQVHLCKE";
    private static final String CIF = "JABCDEFGHI";
    private static final String IRISH = "WABCDEFGHIJKLMNOPQRSTUV";

    /**
     * How ids of a country look.
     *
     * @param form what follows the letters of the country
     * @param example one of the right form
     * @param holds whether the check digits are right
     */
    private record Scheme(Pattern form, String example, Predicate<String> holds) {
        static Scheme of(String form, String example, Predicate<String> holds) {
            return new Scheme(Pattern.compile(form), example, holds);
        }
    }

    private static final Map<String, Scheme> SCHEMES = Map.ofEntries(
            Map.entry("AT", Scheme.of("U[0-9]{8}", "ATU13585627", VatIds::austrian)),
            Map.entry("BE", Scheme.of("[01][0-9]{9}", "BE0428759497", VatIds::belgian)),
            Map.entry("BG", Scheme.of("[0-9]{9,10}", "BG175074752", _ -> true)),
            Map.entry("CH", Scheme.of("E[0-9]{9}(MWST|TVA|IVA)?", "CHE107787577MWST", VatIds::swiss)),
            Map.entry("CY", Scheme.of("[0-9]{8}[A-Z]", "CY10259033P", _ -> true)),
            Map.entry("CZ", Scheme.of("[0-9]{8,10}", "CZ25123891", VatIds::czech)),
            Map.entry("DE", Scheme.of("[1-9][0-9]{8}", "DE136695976", VatIds::elevenTen)),
            Map.entry(
                    "DK",
                    Scheme.of("[1-9][0-9]{7}", "DK13585628", id -> weighted(id, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0)),
            Map.entry(
                    "EE",
                    Scheme.of("[0-9]{9}", "EE100931558", id -> tens(weighted(id, 3, 7, 1, 3, 7, 1, 3, 7)) == last(id))),
            Map.entry("ES", Scheme.of("[A-Z0-9][0-9]{7}[A-Z0-9]", "ESB58378431", VatIds::spanish)),
            Map.entry("FI", Scheme.of("[0-9]{8}", "FI20774740", VatIds::finnish)),
            Map.entry("FR", Scheme.of("[A-HJ-NP-Z0-9]{2}[0-9]{9}", "FR40303265045", VatIds::french)),
            Map.entry("GB", Scheme.of("[0-9]{9}([0-9]{3})?", "GB980780684", _ -> true)),
            Map.entry(
                    "GR",
                    Scheme.of(
                            "[0-9]{9}",
                            "EL094259216", id -> weighted(id, 256, 128, 64, 32, 16, 8, 4, 2) % 11 % 10 == last(id))),
            Map.entry("HR", Scheme.of("[0-9]{11}", "HR33392005961", VatIds::elevenTen)),
            Map.entry(
                    "HU",
                    Scheme.of("[0-9]{8}", "HU12892312", id -> tens(weighted(id, 9, 7, 3, 1, 9, 7, 3)) == last(id))),
            Map.entry("IE", Scheme.of("[0-9]{7}[A-W][A-IW]?|[0-9][A-Z+*][0-9]{5}[A-W]", "IE6433435F", VatIds::irish)),
            Map.entry("IT", Scheme.of("[0-9]{11}", "IT00743110157", VatIds::luhn)),
            Map.entry("LT", Scheme.of("[0-9]{9}|[0-9]{12}", "LT119511515", _ -> true)),
            Map.entry("LU", Scheme.of("[0-9]{8}", "LU15027442", id -> number(id, 0, 6) % 89 == number(id, 6, 8))),
            Map.entry("LV", Scheme.of("[0-9]{11}", "LV40003521600", _ -> true)),
            Map.entry("MT", Scheme.of("[0-9]{8}", "MT11679112", VatIds::maltese)),
            Map.entry("NL", Scheme.of("[0-9]{9}B[0-9]{2}", "NL004495445B01", VatIds::dutch)),
            Map.entry("NO", Scheme.of("[0-9]{9}(MVA)?", "NO995525828MVA", _ -> true)),
            Map.entry(
                    "PL",
                    Scheme.of(
                            "[0-9]{10}",
                            "PL8567346215",
                            id -> weighted(id, 6, 5, 7, 2, 3, 4, 5, 6, 7) % 11 == last(id))),
            Map.entry("PT", Scheme.of("[0-9]{9}", "PT501964843", VatIds::portuguese)),
            Map.entry("RO", Scheme.of("[0-9]{2,10}", "RO18547290", VatIds::romanian)),
            Map.entry("SE", Scheme.of("[0-9]{10}01", "SE123456789701", id -> luhn(id.substring(0, 10)))),
            Map.entry("SI", Scheme.of("[1-9][0-9]{7}", "SI50223054", VatIds::slovene)),
            Map.entry("SK", Scheme.of("[1-9][0-9]{9}", "SK2022749619", id -> number(id, 0, 10) % 11 == 0)));

    private VatIds() {}

    /** The id in capital letters, without blanks, dots and dashes. */
    public static String normal(String text) {
        return text.replaceAll("[\\s.\\-/]", "").toUpperCase(Locale.ROOT);
    }

    /** Whether a country is in the European Union. */
    public static boolean inEu(String country) {
        return EU.contains(country);
    }

    /**
     * What is wrong with an id in {@link #normal} form as one of a country; empty when nothing is. Of a country whose form is not known
     * here it has 2 to 20 letters and digits.
     *
     * @param country ISO 3166-1; Greece's ids begin with {@code EL}
     */
    public static Optional<String> problem(String country, String id) {
        Scheme scheme = SCHEMES.get(country);
        if (scheme == null) {
            return FORM_ELSEWHERE.matcher(id).matches()
                    ? Optional.empty()
                    : Optional.of("has 2 to 20 letters and digits");
        }
        String letters = country.equals("GR") ? "EL" : country;
        if (!id.startsWith(letters)) {
            return Optional.of(
                    "begins with %s for the country %s, as in %s".formatted(letters, country, scheme.example));
        }
        String rest = id.substring(letters.length());
        if (!scheme.form.matcher(rest).matches()) {
            return Optional.of("has not the form of %s, such as %s".formatted(country, scheme.example));
        }
        return scheme.holds.test(rest)
                ? Optional.empty()
                : Optional.of("has wrong check digits: a digit is mistyped or two are swapped");
    }

    private static int digit(String id, int at) {
        return id.charAt(at) - '0';
    }

    private static int last(String id) {
        return digit(id, id.length() - 1);
    }

    private static long number(String id, int from, int to) {
        return Long.parseLong(id.substring(from, to));
    }

    private static int weighted(String id, int... weights) {
        int sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * digit(id, i);
        }
        return sum;
    }

    private static int tens(int sum) {
        return (10 - sum % 10) % 10;
    }

    /** Doubles every second digit from the right and sums the digits. */
    private static boolean luhn(String id) {
        int sum = 0;
        for (int i = 0; i < id.length(); i++) {
            int digit = digit(id, id.length() - 1 - i);
            int counted = i % 2 == 0 ? digit : digit * 2;
            sum += counted / 10 + counted % 10;
        }
        return sum % 10 == 0;
    }

    /** ISO 7064, MOD 11,10. */
    private static boolean elevenTen(String id) {
        int product = 10;
        for (int i = 0; i < id.length() - 1; i++) {
            int sum = (digit(id, i) + product) % 10;
            product = 2 * (sum == 0 ? 10 : sum) % 11;
        }
        return (11 - product) % 10 == last(id);
    }

    private static boolean austrian(String id) {
        int sum = 4;
        for (int i = 1; i < 8; i++) {
            int counted = digit(id, i) * (i % 2 == 0 ? 2 : 1);
            sum += counted / 10 + counted % 10;
        }
        return tens(sum) == last(id);
    }

    private static boolean belgian(String id) {
        return 97 - number(id, 0, 8) % 97 == number(id, 8, 10);
    }

    private static boolean swiss(String id) {
        String digits = id.substring(1, 10);
        return (11 - weighted(digits, 5, 4, 3, 2, 7, 6, 5, 4) % 11) % 11 == last(digits);
    }

    /** Those of companies; persons' have nine or ten digits and no check that all of them pass. */
    private static boolean czech(String id) {
        if (id.length() != 8) {
            return true;
        }
        int check = (11 - weighted(id, 8, 7, 6, 5, 4, 3, 2) % 11) % 11;
        return (check == 0 ? 1 : check % 10) == last(id);
    }

    private static boolean spanish(String id) {
        String control = id.substring(8);
        char first = id.charAt(0);
        if (Character.isDigit(first) || "XYZ".indexOf(first) >= 0) {
            int of = Math.max(0, "XYZ".indexOf(first));
            long digits = Character.isDigit(first) ? number(id, 0, 8) : Long.parseLong(of + id.substring(1, 8));
            return control.charAt(0) == DNI.charAt((int) (digits % 23));
        }
        if ("KLM".indexOf(first) >= 0) {
            return control.charAt(0) == DNI.charAt((int) (number(id, 1, 8) % 23));
        }
        int sum = 0;
        for (int i = 1; i < 8; i++) {
            int counted = digit(id, i) * (i % 2 == 0 ? 1 : 2);
            sum += counted / 10 + counted % 10;
        }
        int check = tens(sum);
        return control.equals(String.valueOf(check)) || control.charAt(0) == CIF.charAt(check);
    }

    private static boolean finnish(String id) {
        int rest = weighted(id, 7, 9, 10, 5, 8, 4, 2) % 11;
        return rest != 1 && (11 - rest) % 11 == last(id);
    }

    /** The key is of digits in the old scheme; the new one has letters and is not public. */
    private static boolean french(String id) {
        return !id.substring(0, 2).matches("[0-9]{2}") || (12 + 3 * (number(id, 2, 11) % 97)) % 97 == number(id, 0, 2);
    }

    private static boolean irish(String id) {
        boolean old = !Character.isDigit(id.charAt(1));
        String digits = old ? "0" + id.substring(2, 7) + id.charAt(0) : id.substring(0, 7);
        int sum = weighted(digits, 8, 7, 6, 5, 4, 3, 2);
        if (id.length() == 9) {
            sum += 9 * IRISH.indexOf(id.charAt(8));
        }
        return IRISH.charAt(sum % 23) == id.charAt(7);
    }

    private static boolean maltese(String id) {
        return 37 - weighted(id, 3, 4, 6, 7, 8, 9) % 37 == number(id, 6, 8);
    }

    /** Companies' by eleven, since 2020 persons' by ninety-seven with the letters as numbers. */
    private static boolean dutch(String id) {
        if (weighted(id, 9, 8, 7, 6, 5, 4, 3, 2) % 11 == digit(id, 8)) {
            return true;
        }
        int rest = 0;
        for (char c : ("NL" + id).toCharArray()) {
            int value = Character.isDigit(c) ? c - '0' : c - 'A' + 10;
            rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
        }
        return rest == 1;
    }

    private static boolean portuguese(String id) {
        int check = 11 - weighted(id, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
        return (check > 9 ? 0 : check) == last(id);
    }

    private static boolean romanian(String id) {
        String padded = "0".repeat(10 - id.length()) + id;
        return weighted(padded, 7, 5, 3, 2, 1, 7, 5, 3, 2) * 10 % 11 % 10 == last(id);
    }

    private static boolean slovene(String id) {
        int check = 11 - weighted(id, 8, 7, 6, 5, 4, 3, 2) % 11;
        return check != 11 && check % 10 == last(id);
    }
}
