package dev.berth.gateway.account;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.id.UserId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** People who sign in, whatever accounts they are in: their addresses and passwords. Thread-safe. */
@Service
public class People {
    /**
     * Somebody who signs in.
     *
     * @param email as it was written
     * @param emailKey the form under which it is one person's
     * @param verifiedAt since when they are known to read mails to it; null: they are not
     */
    public record Person(
            UserId id,
            String email,
            String emailKey,
            @Nullable Instant verifiedAt) {
        /** Whether the address is proven. */
        public boolean isVerified() {
            return verifiedAt != null;
        }
    }

    private final DSLContext dsl;
    private final PersonRepository repository;
    private final Passwords passwords;
    private final PasswordTries tries;
    private final InstantSource clock;

    People(DSLContext dsl, PersonRepository repository, Passwords passwords, PasswordTries tries, InstantSource clock) {
        this.dsl = dsl;
        this.repository = repository;
        this.passwords = passwords;
        this.tries = tries;
        this.clock = clock;
    }

    /** The person of an id, who is there as long as anything names them. */
    public Person get(UserId user) {
        return repository.find(dsl, user).orElseThrow(() -> Refusal.notFound("user", user.toString()));
    }

    /** The person of an address, by its {@link #emailKey}. */
    public Optional<Person> find(String emailKey) {
        return repository.find(dsl, emailKey);
    }

    /** The form under which an address is one person's; empty for what is no address. */
    public static Optional<String> emailKey(String email) {
        return SignupRules.emailKey(email);
    }

    /** A hash of a password that somebody chooses. Slow: not inside of a transaction. 422 for one that is not allowed. */
    public String hash(String password, String email) {
        tries.use().need();
        SignupRules.checkPassword(password, email).ifPresent(error -> {
            throw Refusal.invalid(List.of(error));
        });
        return passwords.hash(password);
    }

    /**
     * Whether somebody has a password. Slow, and as slow for nobody: not inside of a transaction.
     *
     * @throws Refusal 401 {@code wrong_credentials} if they have not; 429 after too many of them
     */
    public void prove(Person person, String password, String address) {
        tries.take(person.emailKey(), address);
        if (!tries.matches(password, repository.passwordHash(dsl, person.id()))) {
            throw Refusal.of(ErrorCode.WRONG_CREDENTIALS, "This is not the password of %s.".formatted(person.email()))
                    .field("password", "is wrong");
        }
        tries.giveBack(person.emailKey(), address);
    }

    /**
     * Adds somebody who is known to read mails to the address; in the transaction at hand.
     *
     * @param passwordHash null for somebody who comes by the provider
     * @throws Refusal 409 if the address was taken meanwhile
     */
    public UserId add(String email, String emailKey, @Nullable String passwordHash) {
        UserId user = UserId.next();
        if (!repository.insert(dsl, user, email, emailKey, passwordHash, clock.instant())) {
            throw Refusal.of(ErrorCode.EMAIL_TAKEN, "Somebody has signed up with this e-mail address meanwhile.")
                    .field("email", "has an account");
        }
        verified(user);
        return user;
    }

    /** Locks somebody until the transaction ends, and tells whether they can sign in with a password. */
    public boolean lockHasPassword(UserId user) {
        return repository.lockHasPassword(dsl, user) && tries.use().allowed();
    }

    /** Whether somebody can show a password. */
    boolean hasPassword(UserId user) {
        return tries.use().allowed() && repository.passwordHash(dsl, user) != null;
    }

    /** Whether passwords are used at all. */
    public PasswordUse passwordUse() {
        return tries.use();
    }

    /** Writes that somebody is known to read mails to their address. */
    public void verified(UserId user) {
        repository.verified(dsl, user, clock.instant());
    }

    /** Writes another password, of which {@link #hash} made the hash. */
    public void setPassword(UserId user, String hash) {
        repository.setPassword(dsl, user, hash);
    }

    /** A field error for an address that is none. */
    public static FieldError noAddress(@Nullable String email) {
        return new FieldError("email", email == null || email.isBlank() ? "is required" : "is not an e-mail address");
    }
}
