package dev.berth.gateway.account;

import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import java.net.IDN;
import java.text.Normalizer;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a sign-up must look like. Pure. */
final class SignupRules {
    static final Set<String> CURRENCIES = Set.of("USD", "EUR", "GBP", "JPY", "KWD");
    static final int MIN_PASSWORD = 8;
    static final int MAX_PASSWORD = 200;
    static final int MAX_NAME = 100;

    private static final int MAX_EMAIL = 254;
    private static final Pattern LOCAL = Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\\-\\x{80}-\\x{10ffff}]{1,64}");
    private static final Pattern DOMAIN =
            Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final Set<String> ZONES = Set.copyOf(ZoneId.getAvailableZoneIds());

    /** An account whose every part is allowed, but for the plan that it names, which is looked up; null for the first. */
    record NewAccount(
            String name,
            String currency,
            ZoneId zone,
            @Nullable String plan) {}

    /** A sign-up whose every part is allowed. */
    record Checked(String email, String emailKey, String password, NewAccount account) {
        @Override
        public String toString() {
            return "Checked[email=" + email + "]";
        }
    }

    private SignupRules() {}

    /**
     * Checks all fields.
     *
     * @throws Refusal 422 with every field that is wrong
     */
    static Checked check(Signup signup) {
        return check(signup, true);
    }

    /** The same of who signs in by a provider; a password is not read. */
    static Checked checkWithoutPassword(Signup signup) {
        return check(signup, false);
    }

    private static Checked check(Signup signup, boolean needsPassword) {
        List<FieldError> errors = new ArrayList<>();
        String email = Optional.ofNullable(signup.email()).map(String::strip).orElse("");
        Optional<String> emailKey = emailKey(email);
        if (emailKey.isEmpty()) {
            errors.add(new FieldError("email", email.isEmpty() ? "is required" : "is not an e-mail address"));
        }
        String password = Optional.ofNullable(signup.password()).orElse("");
        if (needsPassword) {
            checkPassword(password, email).ifPresent(errors::add);
        }
        Optional<NewAccount> account = checkAccount(signup, errors);
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        return new Checked(email, emailKey.orElseThrow(), password, account.orElseThrow());
    }

    /** What is wrong with a password that somebody chooses, if anything. */
    static Optional<FieldError> checkPassword(String password, String email) {
        int length = password.codePointCount(0, password.length());
        if (length < MIN_PASSWORD || length > MAX_PASSWORD) {
            return Optional.of(
                    new FieldError("password", "must have %d to %d characters".formatted(MIN_PASSWORD, MAX_PASSWORD)));
        }
        return password.equalsIgnoreCase(email)
                ? Optional.of(new FieldError("password", "must not be the e-mail address"))
                : Optional.empty();
    }

    /** Checks what a sign-up says of the account; empty if that adds an error. */
    static Optional<NewAccount> checkAccount(Signup signup, List<FieldError> errors) {
        int before = errors.size();
        checkName(signup.name()).ifPresent(errors::add);
        String currency = Optional.ofNullable(signup.currency()).orElse("USD");
        if (!CURRENCIES.contains(currency)) {
            errors.add(new FieldError(
                    "currency", "must be one of " + CURRENCIES.stream().sorted().collect(Collectors.joining(", "))));
        }
        String zone = Optional.ofNullable(signup.timeZone()).orElse("UTC");
        if (!ZONES.contains(zone)) {
            errors.add(new FieldError("time_zone", "must be an IANA time zone such as Europe/Berlin"));
        }
        return errors.size() > before
                ? Optional.empty()
                : Optional.of(new NewAccount(
                        String.valueOf(signup.name()).strip(), currency, ZoneId.of(zone), signup.plan()));
    }

    /** What is wrong with the name of an account, if anything. */
    static Optional<FieldError> checkName(@Nullable String name) {
        if (name == null || name.isBlank()) {
            return Optional.of(new FieldError("name", "is required"));
        }
        boolean control = name.codePoints()
                .anyMatch(c -> Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT
                        || Character.getType(c) == Character.SURROGATE
                        || Character.getType(c) == Character.LINE_SEPARATOR
                        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR);
        if (control || name.strip().length() > MAX_NAME) {
            return Optional.of(new FieldError(
                    "name", "must have 1 to %d characters, none of them control characters".formatted(MAX_NAME)));
        }
        return Optional.empty();
    }

    /**
     * The form under which an address is one person's: NFKC, lower case, the domain in ASCII (RFC 5890). Empty for what is no
     * address.
     */
    static Optional<String> emailKey(String email) {
        String text = Normalizer.normalize(email.strip(), Normalizer.Form.NFKC);
        int at = text.lastIndexOf('@');
        if (at < 1 || text.length() > MAX_EMAIL) {
            return Optional.empty();
        }
        String local = text.substring(0, at);
        String domain;
        try {
            domain = IDN.toASCII(text.substring(at + 1)).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        boolean dots = local.startsWith(".") || local.endsWith(".") || local.contains("..");
        boolean odd = local.codePoints()
                .anyMatch(c -> !Character.isDefined(c)
                        || Character.isWhitespace(c)
                        || Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT
                        || Character.getType(c) == Character.SURROGATE);
        if (dots
                || odd
                || !LOCAL.matcher(local).matches()
                || domain.length() > 253
                || !DOMAIN.matcher(domain).matches()) {
            return Optional.empty();
        }
        return Optional.of(local.toLowerCase(Locale.ROOT) + "@" + domain);
    }
}
