package dev.berth.gateway.proof;

import dev.berth.gateway.account.NewPerson;
import dev.berth.gateway.account.People;
import dev.berth.gateway.account.Sessions;
import dev.berth.gateway.audit.Audits;
import dev.berth.gateway.edge.EdgeProperties;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.RateLimits;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.mail.LinkToken;
import dev.berth.gateway.mail.Mails;
import dev.berth.gateway.member.Memberships;
import dev.berth.gateway.proof.ProofRepository.Purpose;
import dev.berth.schema.id.UserId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Links that prove an address, and passwords that are set anew with one. Thread-safe. */
@Service
public class Proofs implements NewPerson {
    /** How long a link that proves an address counts. */
    static final Duration VERIFY_LIFE = Duration.ofDays(7);

    /** How long a link with which a password is set anew counts. */
    static final Duration RESET_LIFE = Duration.ofHours(1);

    /** Mails of one kind to one person: five, then one every four hours. */
    private static final EdgeProperties.Rate PER_PERSON = new EdgeProperties.Rate(5, 1.0 / 14_400);

    /** Requests from one network address: thirty, then one a minute. */
    private static final EdgeProperties.Rate PER_ADDRESS = new EdgeProperties.Rate(30, 1.0 / 60);

    private final DSLContext dsl;
    private final ProofRepository repository;
    private final People people;
    private final Sessions sessions;
    private final Mails mails;
    private final RateLimits limits;
    private final TransactionTemplate transaction;
    private final InstantSource clock;
    private final Memberships memberships;
    private final Audits audits;

    Proofs(
            DSLContext dsl,
            ProofRepository repository,
            People people,
            Sessions sessions,
            Mails mails,
            ProofParts parts,
            PlatformTransactionManager transactions,
            InstantSource clock) {
        this.dsl = dsl;
        this.repository = repository;
        this.people = people;
        this.sessions = sessions;
        this.mails = mails;
        this.limits = parts.limits();
        this.memberships = parts.memberships();
        this.audits = parts.audits();
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    @Override
    public void joined(UserId user, String email) {
        sendVerification(user, email);
    }

    /** Whether somebody's address is proven. */
    public boolean isVerified(UserId user) {
        return people.get(user).isVerified();
    }

    /**
     * Sends the link that proves an address once more; the ones before lead nowhere any more.
     *
     * @throws Refusal 409 if it is proven; 429 for too many
     */
    public void askVerification(UserId user) {
        People.Person person = people.get(user);
        if (person.isVerified()) {
            throw Refusal.of(ErrorCode.CONFLICT, "The e-mail address is proven already.")
                    .hint("There is nothing to do.");
        }
        take("verification:" + user, PER_PERSON, "Too many mails were asked for.");
        transaction.executeWithoutResult(_ -> {
            repository.end(dsl, user, Purpose.VERIFY);
            sendVerification(user, person.email());
        });
    }

    private void sendVerification(UserId user, String email) {
        LinkToken token = LinkToken.next();
        var now = clock.instant();
        repository.insert(dsl, token, Purpose.VERIFY, user, now, now.plus(VERIFY_LIFE));
        mails.write(null, "verification", email, "Is this your address?", """
                Somebody signed up to Berth with this e-mail address.

                If it was you, open this page within 7 days:

                %s

                If it was not, do nothing.
                """.formatted(mails.link("/verify", token)));
    }

    /** Proves an address with a link. 404 the same for one that never was, has expired or was used. */
    public UserId verify(String token) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            UserId user = LinkToken.parse(token)
                    .flatMap(text -> repository.use(dsl, text, Purpose.VERIFY, clock.instant()))
                    .orElseThrow(Proofs::unknown);
            people.verified(user);
            return user;
        }));
    }

    /**
     * Takes note that somebody wants a new password. Whether anybody has the address is looked up by the loop, so that neither the answer
     * nor its time tells.
     *
     * @throws Refusal 403 where passwords are not used; 422 for what is no address; 429 for too many requests from one place
     */
    public void askReset(@Nullable String email, String address) {
        people.passwordUse().need();
        String key = People.emailKey(email == null ? "" : email)
                .orElseThrow(() -> Refusal.invalid(List.of(People.noAddress(email))));
        take("reset-address:" + address, PER_ADDRESS, "Too many new passwords were asked for from this address.");
        repository.ask(dsl, key, clock.instant());
    }

    /** Answers the oldest who asked, with a mail if the address is somebody's; whether there was one to answer. */
    boolean answerOne() {
        return Boolean.TRUE.equals(transaction.execute(_ -> {
            Optional<String> asked = repository.nextAsked(dsl);
            asked.flatMap(people::find)
                    .filter(person -> limits.take("reset:" + person.emailKey(), PER_PERSON)
                            .allowed())
                    .ifPresent(this::sendReset);
            return asked.isPresent();
        }));
    }

    private void sendReset(People.Person person) {
        LinkToken token = LinkToken.next();
        var now = clock.instant();
        repository.end(dsl, person.id(), Purpose.RESET);
        repository.insert(dsl, token, Purpose.RESET, person.id(), now, now.plus(RESET_LIFE));
        mails.write(null, "password_reset", person.email(), "Set a new password", """
                Somebody asked for a new password for this e-mail address on Berth.

                If it was you, open this page within an hour:

                %s

                If it was not, do nothing: the password stays as it is.
                """.formatted(
                        mails.link("/password-reset", token)));
    }

    /** Whether a link still counts, before anybody types a password. 404 as {@link #reset}. */
    public void checkReset(String token) {
        var _ = person(token);
    }

    private People.Person person(String token) {
        return LinkToken.parse(token)
                .flatMap(text -> repository.find(dsl, text, Purpose.RESET, clock.instant()))
                .map(people::get)
                .orElseThrow(Proofs::unknown);
    }

    /** A link that counts and the hash of the password that is to be set. */
    record NewPassword(LinkToken token, String hash) {
        @Override
        public String toString() {
            return "NewPassword[]"; // neither
        }
    }

    /** The slow half, outside of a transaction. 404; 422 for a password that is not allowed. */
    NewPassword prepare(String token, @Nullable String password) {
        People.Person person = person(token);
        return new NewPassword(new LinkToken(token), people.hash(password == null ? "" : password, person.email()));
    }

    /** The other half: sets it, and ends all sessions. 404 if the link was used meanwhile. */
    void set(NewPassword wanted) {
        transaction.executeWithoutResult(_ -> {
            UserId user = repository
                    .use(dsl, wanted.token, Purpose.RESET, clock.instant())
                    .orElseThrow(Proofs::unknown);
            people.setPassword(user, wanted.hash);
            people.verified(user);
            repository.end(dsl, user, Purpose.RESET);
            sessions.endAll(user);
            String who = user.toString();
            memberships
                    .of(user)
                    .forEach(account -> audits.done(account, user, who, "POST /v1/password_reset/{token}", who));
        });
    }

    /** Sets another password and ends all sessions, for a page; keys stay. 404 for a link that does not count; 422. */
    public void reset(String token, @Nullable String password) {
        set(prepare(token, password));
    }

    /** Forgets links that led nowhere for a month. */
    void forget() {
        repository.forget(dsl, clock.instant().minus(Duration.ofDays(30)));
    }

    private void take(String bucket, EdgeProperties.Rate rate, String why) {
        RateLimits.Verdict verdict = limits.take(bucket, rate);
        if (!verdict.allowed()) {
            throw Refusal.of(ErrorCode.RATE_LIMITED, why).retryAfter(verdict.retryAfter());
        }
    }

    private static Refusal unknown() {
        return Refusal.of(ErrorCode.NOT_FOUND, "This link leads nowhere (any more).")
                .hint("It may have been used, or be too old. Have another one sent.");
    }
}
