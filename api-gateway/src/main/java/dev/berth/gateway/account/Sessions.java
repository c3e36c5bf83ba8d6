package dev.berth.gateway.account;

import dev.berth.gateway.audit.Audits;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Sha256;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.LoginId;
import dev.berth.schema.id.SessionId;
import dev.berth.schema.id.UserId;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Lazy;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Sessions of people who signed in, with a password or by a provider. Each sign-in makes a new one. Thread-safe. */
@Service
public class Sessions {
    /** The longest a session lasts. */
    public static final Duration LIFE = Duration.ofDays(14);

    /** How long it lasts when it is not used. */
    static final Duration IDLE = Duration.ofDays(1);

    /** What the audit log calls it, by the API or by a page. */
    private static final String SIGN_IN = "POST /v1/session";

    private static final int SECRET_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final DSLContext dsl;
    private final AccountRepository accounts;
    private final SessionRepository repository;
    private final PasswordTries tries;
    private final InstantSource clock;
    private final TransactionTemplate transaction;
    private final Audits audits;
    private final SecondFactor factor;

    Sessions(
            DSLContext dsl,
            AccountRepository accounts,
            SessionRepository repository,
            PasswordTries tries,
            InstantSource clock,
            PlatformTransactionManager transactions,
            Audits audits,
            @Lazy SecondFactor factor) {
        this.dsl = dsl;
        this.accounts = accounts;
        this.repository = repository;
        this.tries = tries;
        this.clock = clock;
        this.transaction = new TransactionTemplate(transactions);
        this.audits = audits;
        this.factor = factor;
    }

    /**
     * Begins a session.
     *
     * @param code of the second factor; null or empty: none is shown
     * @param address where the person signs in from
     * @throws Refusal 401 {@code wrong_credentials}, the same and after the same time for an unknown address and a wrong
     *     password, {@code second_factor_required} and {@code wrong_second_factor} once the password was right; 429 after too many
     */
    public SignedIn signIn(String email, String password, @Nullable String code, String address) {
        String emailKey = SignupRules.emailKey(email).orElse("");
        tries.take(emailKey, address);
        Optional<AccountRepository.Credential> found = accounts.credential(dsl, emailKey);
        String hash = found.map(AccountRepository.Credential::passwordHash).orElse(null);
        if (!tries.matches(password, hash) || found.isEmpty()) {
            found.ifPresent(who -> refused(who, ErrorCode.WRONG_CREDENTIALS));
            throw Refusal.of(ErrorCode.WRONG_CREDENTIALS, "Nobody has this e-mail address and this password.");
        }
        tries.giveBack(emailKey, address);
        AccountRepository.Credential who = found.orElseThrow();
        AccountId account = who.account();
        if (account == null) {
            throw Refusal.of(ErrorCode.NO_MEMBERSHIP, "You are in no account any more.");
        }
        boolean asked = factor.isOn(who.user());
        if (asked && (code == null || code.isBlank())) {
            throw Refusal.of(ErrorCode.SECOND_FACTOR_REQUIRED, "This person has a second factor.");
        }
        if (asked && !Boolean.TRUE.equals(transaction.execute(_ -> factor.takes(who.user(), String.valueOf(code))))) {
            refused(who, ErrorCode.WRONG_SECOND_FACTOR);
            throw Refusal.of(ErrorCode.WRONG_SECOND_FACTOR, "The code is wrong, was used or is too old.");
        }
        return Objects.requireNonNull(transaction.execute(_ -> {
            audits.done(account, who.user(), who.user().toString(), SIGN_IN, "");
            return begin(who.user(), account);
        }));
    }

    private void refused(AccountRepository.Credential who, ErrorCode code) {
        AccountId account = who.account();
        if (account != null) {
            audits.refusedLater(account, who.user(), SIGN_IN, code.status(), code.text());
        }
    }

    /**
     * Begins a session of somebody whom a provider has proven, in the account that they are in longest; in the transaction at hand.
     *
     * @param login what proved them, for the audit log
     * @throws Refusal 403 for who is in no account any more
     */
    public SignedIn begin(UserId user, LoginId login) {
        AccountId account = accounts.longest(dsl, user)
                .orElseThrow(() -> Refusal.of(ErrorCode.NO_MEMBERSHIP, "You are in no account any more."));
        audits.done(account, user, user.toString(), SIGN_IN, login.toString());
        return begin(user, account);
    }

    /** Tells the audit log soon that somebody whom a provider has proven was not let in. */
    public void refused(UserId user, ErrorCode code) {
        accounts.longest(dsl, user)
                .ifPresent(account -> audits.refusedLater(account, user, SIGN_IN, code.status(), code.text()));
    }

    /** Begins a session of who has just signed up, and so need not show the password again. */
    public SignedIn begin(SignedUp made) {
        return begin(made.user().id(), made.account().id());
    }

    /** Begins a session of somebody who has proven who they are, in an account that they are in; in the transaction at hand. */
    public SignedIn begin(UserId user, AccountId account) {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        String cookie = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        Instant now = clock.instant();
        SignedIn session = new SignedIn(SessionId.next(), user, account, cookie, now.plus(LIFE));
        repository.insert(session, Sha256.of(cookie), now);
        return session;
    }

    /**
     * Writes that the provider saw the person of a session sign in; in the transaction at hand.
     *
     * @param at when it did; what the provider's clock is ahead is cut off
     */
    public void proven(SessionId session, Instant at) {
        Instant now = clock.instant();
        repository.proven(session, at.isAfter(now) ? now : at);
    }

    /** When the provider last saw the person of a session sign in; empty if it never told. */
    Optional<Instant> provenAt(SessionId session) {
        return repository.provenAt(session);
    }

    /** Ends one; that it has ended already is no error. */
    public void signOut(SessionId session) {
        repository.delete(session);
    }

    /** Ends all of somebody, wherever they are signed in. */
    public void endAll(UserId user) {
        repository.deleteOf(user, null);
    }

    /** Ends all of somebody in one account. */
    public void endAll(UserId user, AccountId account) {
        repository.deleteOf(user, account);
    }

    @Scheduled(initialDelay = 2, fixedDelay = 60, timeUnit = TimeUnit.MINUTES)
    void sweep() {
        Instant now = clock.instant();
        repository.deleteExpired(now, now.minus(IDLE));
    }
}
