package dev.berth.gateway.account;

import dev.berth.gateway.edge.EdgeProperties;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.RateLimits;
import dev.berth.gateway.edge.Refusal;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Passwords that are tried, wherever one is asked for: counted by person and by network address. Thread-safe. */
@Component
class PasswordTries {
    /** Wrong passwords for one e-mail address: ten, then one every two minutes. */
    private static final EdgeProperties.Rate PER_PERSON = new EdgeProperties.Rate(10, 1.0 / 120);

    /** Wrong passwords from one network address: a hundred, then one every six seconds. */
    private static final EdgeProperties.Rate PER_ADDRESS = new EdgeProperties.Rate(100, 1.0 / 6);

    private final RateLimits limits;
    private final Passwords passwords;
    private final PasswordUse use;

    PasswordTries(RateLimits limits, Passwords passwords, PasswordUse use) {
        this.limits = limits;
        this.passwords = passwords;
        this.use = use;
    }

    /** Whether passwords are used at all. */
    PasswordUse use() {
        return use;
    }

    /** Counts one, before anything is looked up. 403 where passwords are not used; 429 after too many that were wrong. */
    void take(String emailKey, String address) {
        use.need();
        take(place(address), PER_ADDRESS);
        take(person(emailKey), PER_PERSON);
    }

    /**
     * Whether a password is the one of a hash; null, of nobody or of somebody without a password, matches none and takes as long.
     * Slow: not inside of a transaction.
     */
    boolean matches(String password, @Nullable String hash) {
        boolean same = password.length() <= SignupRules.MAX_PASSWORD * 2
                && passwords.matches(password, hash == null ? passwords.nobodys() : hash);
        return same && hash != null;
    }

    /** Does not count one that was right. */
    void giveBack(String emailKey, String address) {
        limits.giveBack(place(address), PER_ADDRESS);
        limits.giveBack(person(emailKey), PER_PERSON);
    }

    private void take(String bucket, EdgeProperties.Rate rate) {
        RateLimits.Verdict verdict = limits.take(bucket, rate);
        if (!verdict.allowed()) {
            throw Refusal.of(ErrorCode.RATE_LIMITED, "Too many sign-ins failed.")
                    .retryAfter(verdict.retryAfter());
        }
    }

    private static String person(String emailKey) {
        return "signin:" + emailKey;
    }

    private static String place(String address) {
        return "signin-address:" + address;
    }
}
