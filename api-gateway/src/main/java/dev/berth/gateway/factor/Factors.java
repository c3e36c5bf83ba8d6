package dev.berth.gateway.factor;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.berth.gateway.account.People;
import dev.berth.gateway.account.SecondFactor;
import dev.berth.gateway.edge.EdgeProperties;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RateLimits;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Sha256;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.UserId;
import dev.berth.schema.wire.SecretBox;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Second factors: begun, confirmed with a first code, asked for at each sign-in, ended with a code. Thread-safe. */
@Service
public class Factors implements SecondFactor {
    /** How many codes for recovery somebody gets. */
    static final int RECOVERY_CODES = 10;

    /** Codes that are tried: five, then one a minute. */
    private static final EdgeProperties.Rate TRIES = new EdgeProperties.Rate(5, 1.0 / 60);

    private static final String NAME = "second_factor";

    /** How far somebody is. Lower case in JSON. */
    public enum State {
        OFF,
        PENDING,
        ON;

        /** The JSON form. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What somebody has. */
    public record FactorView(State state, int recoveryCodesLeft) {}

    /** What an authenticator is told, once. */
    public record FactorBegun(String secret, String otpauthUrl) {
        @Override
        public String toString() {
            return "FactorBegun[]"; // never the secret
        }
    }

    private final DSLContext dsl;
    private final FactorRepository repository;
    private final People people;
    private final RateLimits limits;
    private final TransactionTemplate transaction;
    private final InstantSource clock;
    private final @Nullable SecretBox box;

    Factors(
            DSLContext dsl,
            FactorRepository repository,
            People people,
            RateLimits limits,
            PlatformTransactionManager transactions,
            InstantSource clock,
            @Value("${berth.secret-key:}") String key) {
        this.dsl = dsl;
        this.repository = repository;
        this.people = people;
        this.limits = limits;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
        this.box = key.isBlank() ? null : new SecretBox(key);
    }

    @Override
    public boolean isOn(UserId user) {
        return repository
                .find(dsl, user)
                .filter(FactorRepository.Kept::confirmed)
                .isPresent();
    }

    /** How far somebody is. */
    public FactorView view(UserId user) {
        return repository
                .find(dsl, user)
                .map(kept -> kept.confirmed()
                        ? new FactorView(State.ON, repository.codesLeft(dsl, user))
                        : new FactorView(State.PENDING, 0))
                .orElse(new FactorView(State.OFF, 0));
    }

    /**
     * Begins one; it is not asked for before a code of it was shown.
     *
     * @throws Refusal 409 for a key, and if there is one
     */
    public FactorBegun begin(Principal.Customer caller) {
        session(caller);
        String secret = Codes.newSecret();
        String sealed = box().seal(owner(caller.user()), NAME, 1, secret);
        boolean begun = Boolean.TRUE.equals(
                transaction.execute(_ -> repository.begin(dsl, caller.user(), sealed, clock.instant())));
        if (!begun) {
            throw Refusal.of(ErrorCode.CONFLICT, "You have a second factor.").hint("End it first.");
        }
        return new FactorBegun(
                secret, Codes.address(secret, people.get(caller.user()).email()));
    }

    /**
     * Confirms it with a code; from then on each sign-in asks for one.
     *
     * @return codes for recovery, which are shown this once
     * @throws Refusal 409 if none was begun or it is confirmed; 422 for a wrong code; 429 after too many
     */
    public List<String> confirm(Principal.Customer caller, @Nullable String code) {
        session(caller);
        count(caller.user());
        return Objects.requireNonNull(transaction.execute(_ -> {
            FactorRepository.Kept kept = repository
                    .lock(dsl, caller.user())
                    .filter(one -> !one.confirmed())
                    .orElseThrow(() -> Refusal.of(ErrorCode.CONFLICT, "There is no second factor to confirm."));
            if (!shown(caller.user(), kept, normal(code))) {
                throw wrong();
            }
            List<String> codes = Stream.generate(Codes::newRecoveryCode)
                    .limit(RECOVERY_CODES)
                    .toList();
            repository.confirm(dsl, caller.user(), clock.instant());
            repository.insertCodes(
                    dsl, caller.user(), codes.stream().map(Factors::hash).toList());
            return codes;
        }));
    }

    /** Ends it, with a code. 409 for a key, and if there is none; 422 for a wrong code; 429 after too many. */
    public void end(Principal.Customer caller, @Nullable String code) {
        session(caller);
        count(caller.user());
        transaction.executeWithoutResult(_ -> {
            FactorRepository.Kept kept = repository
                    .lock(dsl, caller.user())
                    .orElseThrow(() -> Refusal.of(ErrorCode.CONFLICT, "You have no second factor."));
            if (kept.confirmed() && !counts(caller.user(), kept, normal(code))) {
                throw wrong();
            }
            repository.delete(dsl, caller.user());
        });
    }

    @Override
    public boolean takes(UserId user, String code) {
        count(user);
        return repository
                .lock(dsl, user)
                .filter(kept -> counts(user, kept, normal(code)))
                .isPresent();
    }

    private boolean counts(UserId user, FactorRepository.Kept kept, String code) {
        return shown(user, kept, code) || repository.useCode(dsl, user, hash(code), clock.instant());
    }

    private boolean shown(UserId user, FactorRepository.Kept kept, String code) {
        String secret = box().open(owner(user), NAME, 1, kept.sealed());
        OptionalLong step = Codes.step(secret, code, clock.instant(), kept.lastStep());
        step.ifPresent(one -> repository.used(dsl, user, one));
        return step.isPresent();
    }

    private void count(UserId user) {
        RateLimits.Verdict verdict = limits.take("second-factor:" + user, TRIES);
        if (!verdict.allowed()) {
            throw Refusal.of(ErrorCode.RATE_LIMITED, "Too many codes were tried.")
                    .retryAfter(verdict.retryAfter());
        }
    }

    private SecretBox box() {
        if (box == null) {
            throw Refusal.of(ErrorCode.NOT_OFFERED_YET, "This Berth keeps no secrets, and so no second factors.")
                    .hint("The operator sets BERTH_SECRET_KEY.");
        }
        return box;
    }

    private static void session(Principal.Customer caller) {
        if (caller.session() == null) {
            throw Refusal.of(ErrorCode.CONFLICT, "A second factor is a person's, not a key's.")
                    .hint("Sign in with POST /v1/session.");
        }
    }

    /** The box seals for accounts; a person's secret is sealed for the person's id, which is no account's. */
    private static AccountId owner(UserId user) {
        return new AccountId(user.uuid());
    }

    private static String normal(@Nullable String code) {
        return Codes.normal(code == null ? "" : code);
    }

    private static Refusal wrong() {
        return Refusal.of(ErrorCode.INVALID, "The code is wrong, was used or is too old.")
                .field("code", "is wrong, was used or is too old");
    }

    private static byte[] hash(String code) {
        return Sha256.of(Codes.normal(code));
    }
}
