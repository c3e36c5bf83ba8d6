package dev.berth.gateway.login;

import dev.berth.gateway.account.People;
import dev.berth.gateway.account.Presence;
import dev.berth.gateway.account.ProviderLogins;
import dev.berth.gateway.account.SignedIn;
import dev.berth.gateway.account.SignedUp;
import dev.berth.gateway.account.Signup;
import dev.berth.gateway.edge.EdgeProperties;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RateLimits;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Words;
import dev.berth.gateway.login.LoginRepository.Begun;
import dev.berth.gateway.login.LoginRepository.Flow;
import dev.berth.gateway.login.LoginRepository.Held;
import dev.berth.gateway.login.LoginRepository.Step;
import dev.berth.schema.id.InvitationId;
import dev.berth.schema.id.LoginId;
import dev.berth.schema.id.UserId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sign-in and sign-up by the provider, and what links a login at it to a person. Nothing waits for the provider inside of a
 * transaction. Thread-safe.
 */
@Service
public class Logins implements ProviderLogins {
    /** How long a way to the provider and back is open, and a step of it after that. */
    public static final Duration OPEN = Duration.ofMinutes(10);

    /** The most logins of a person. */
    static final int MAX_LOGINS = 10;

    /** The page that a way leads back to where nothing else was wanted. */
    private static final String HOME = "/overview";

    private static final String SIGN_IN_ERROR = "access_denied";

    /** Ways from one network address that lead to nobody signed in: a hundred, then one a second. */
    private static final EdgeProperties.Rate PER_ADDRESS = new EdgeProperties.Rate(100, 1);

    /** Somebody who leaves for the provider: the cookie to give them, and where to send them. */
    public record Departure(String cookie, URI address) {
        @Override
        public String toString() {
            return "Departure[]"; // neither
        }
    }

    /**
     * What the provider sends somebody back with (OpenID Connect Core 1.0, section 3.1.2.5, and RFC 9207). All of it is a stranger's.
     */
    public record Return(
            @Nullable String state,
            @Nullable String code,
            @Nullable String error,
            @Nullable String issuer) {
        @Override
        public String toString() {
            return "Return[error=" + error + "]"; // neither code nor state
        }
    }

    /** Who may sign up: what a form begins with. */
    public record Newcomer(String email, String fullName) {}

    private final DSLContext dsl;
    private final LoginRepository repository;
    private final Provider provider;
    private final LoginParts parts;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    Logins(
            DSLContext dsl,
            LoginRepository repository,
            Provider provider,
            LoginParts parts,
            PlatformTransactionManager transactions,
            InstantSource clock) {
        this.dsl = dsl;
        this.repository = repository;
        this.provider = provider;
        this.parts = parts;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    /** What the provider is called, null if there is none. */
    public @Nullable String providerName() {
        return provider.properties().isSet() ? provider.properties().name() : null;
    }

    /** Whether unknown people may sign up by it. */
    public boolean signsUp() {
        return provider.properties().isSet() && provider.properties().signUp();
    }

    /** Whether passwords are used beside it. */
    public boolean passwords() {
        return parts.people().passwordUse().allowed();
    }

    OidcProperties settings() {
        return provider.properties();
    }

    /**
     * Begins a way to the provider.
     *
     * @param address where from
     * @throws Refusal 404 if there is no provider, or no invitation; 409 for a key; 429 for too many ways, 503 if the provider does not
     *     answer
     */
    public Departure depart(Errand errand, String address) {
        count(address);
        Begun begun = begun(errand);
        FlowSecret secret = FlowSecret.next();
        URI to = provider.address(secret, errand instanceof Errand.Prove);
        transaction.executeWithoutResult(_ -> {
            var now = clock.instant();
            repository.begin(dsl, secret, begun, now, now.plus(OPEN));
        });
        return new Departure(secret.cookie(), to);
    }

    private Begun begun(Errand errand) {
        return switch (errand) {
            case Errand.SignIn(String next) -> new Begun(next, null, null, null);
            case Errand.Link(Principal.Customer visitor) -> new Begun("/security", visitor.user(), null, null);
            case Errand.Prove(Principal.Customer visitor, String next) -> {
                if (visitor.session() == null) {
                    throw Refusal.of(ErrorCode.CONFLICT, "A key cannot show that its person is there.")
                            .hint("Sign in, and do it there.");
                }
                yield new Begun(next, visitor.user(), visitor.session(), null);
            }
            case Errand.Join(String token) ->
                new Begun(HOME, null, null, parts.joining().find(token));
        };
    }

    /**
     * Takes somebody who comes back.
     *
     * @param cookie of the browser
     * @throws Refusal 401 {@code provider_refused} for whatever is not the answer to what this browser asked, once, and for a proof by
     *     another login or an old sign-in; 403 {@code login_unknown}; 404 for an invitation that leads nowhere any more; 409 for a login
     *     that another person has linked; 429, 503
     */
    public Arrival arrive(@Nullable String cookie, Return back, Principal visitor, String address) {
        count(address);
        FlowSecret secret = FlowSecret.parse(cookie)
                .filter(one -> back.state() != null && one.isState(back.state()))
                .orElseThrow(Logins::stale);
        Flow flow = Objects.requireNonNull(transaction.execute(_ -> repository.takeBack(dsl, secret, clock.instant())))
                .orElseThrow(Logins::stale);
        if (flow.user() != null && !isBegunBy(flow, visitor)) {
            throw stale();
        }
        provider.checkIssuer(back.issuer());
        String error = back.error();
        if (error != null || back.code() == null) {
            throw Refusal.of(
                    ErrorCode.PROVIDER_REFUSED,
                    SIGN_IN_ERROR.equals(error)
                            ? "The provider says that it was not allowed."
                            : "The provider answers: %s.".formatted(Words.cut(String.valueOf(error))));
        }
        Proven proven = provider.exchange(back.code(), secret);
        Arrival arrival = Objects.requireNonNull(transaction.execute(_ -> end(secret, flow, proven, visitor)));
        parts.limits().giveBack(bucket(address), PER_ADDRESS); // of the way there, and of this one
        parts.limits().giveBack(bucket(address), PER_ADDRESS);
        return arrival;
    }

    /** What is of somebody who is signed in ends in their session, and a proof in the very session that it is for. */
    private static boolean isBegunBy(Flow flow, Principal visitor) {
        return visitor instanceof Principal.Customer customer
                && customer.session() != null
                && customer.user().equals(flow.user())
                && (flow.session() == null || flow.session().equals(customer.session()));
    }

    private Arrival end(FlowSecret secret, Flow flow, Proven proven, Principal visitor) {
        if (flow.session() != null) {
            return prove(secret, flow, proven, (Principal.Customer) visitor);
        }
        if (flow.user() != null) {
            return link(secret, proven, (Principal.Customer) visitor);
        }
        InvitationId invitation = flow.invitation();
        if (invitation != null) {
            Optional<Held> held = repository.holder(dsl, proven).or(() -> trusted(proven));
            return enter(secret, proven, parts.joining().guest(invitation, proven, held), flow);
        }
        return signIn(secret, proven, flow);
    }

    private Arrival signIn(FlowSecret secret, Proven proven, Flow flow) {
        Optional<Held> held = repository.holder(dsl, proven).or(() -> trusted(proven));
        if (held.isPresent()) {
            return enter(secret, proven, held.orElseThrow(), flow);
        }
        String known = People.emailKey(proven.email())
                .flatMap(parts.people()::find)
                .map(People.Person::email)
                .orElse(null);
        if (known != null) {
            throw Refusal.of(
                    ErrorCode.LOGIN_UNKNOWN,
                    "Somebody here has the e-mail address of this login, and has not linked it.");
        }
        if (!provider.properties().signUp()) {
            throw Refusal.of(ErrorCode.LOGIN_UNKNOWN, "This login is not linked to anybody here.")
                    .hint("Ask the operator for an account, or link the login after you signed in with a password.");
        }
        if (People.emailKey(proven.email()).isEmpty()) {
            throw Refusal.of(ErrorCode.PROVIDER_REFUSED, "The provider tells no e-mail address.")
                    .hint("Allow it to tell your address, or sign up with a password.");
        }
        repository.await(
                dsl, secret, Step.SIGN_UP, proven, null, clock.instant().plus(OPEN));
        return new Arrival.NeedsSignup();
    }

    /** Links the login to who has its address, where the settings say so and both sides have proven it. */
    private Optional<Held> trusted(Proven proven) {
        if (!provider.properties().trustEmail() || !proven.emailVerified()) {
            return Optional.empty();
        }
        return People.emailKey(proven.email())
                .flatMap(parts.people()::find)
                .filter(People.Person::isVerified)
                .flatMap(person -> repository.insert(dsl, person.id(), proven, clock.instant()));
    }

    private Arrival enter(FlowSecret secret, Proven proven, Held held, Flow flow) {
        if (parts.factor().isOn(held.user())) {
            repository.await(
                    dsl, secret, Step.CODE, proven, held, clock.instant().plus(OPEN));
            return new Arrival.NeedsCode();
        }
        return in(secret, held, flow, proven.signedInAt());
    }

    private Arrival.In in(FlowSecret secret, Held held, Flow flow, @Nullable Instant signedInAt) {
        if (!repository.end(dsl, secret)) {
            throw stale();
        }
        repository.used(dsl, held.id(), clock.instant());
        InvitationId invitation = flow.invitation();
        SignedIn session = invitation == null
                ? parts.sessions().begin(held.user(), held.id())
                : parts.joining().join(held, invitation);
        if (signedInAt != null) {
            parts.sessions().proven(session.session(), signedInAt);
        }
        return new Arrival.In(session, flow.next());
    }

    /** The login is one of theirs, and they signed in with it a moment ago, not when they last did anyway. */
    private Arrival prove(FlowSecret secret, Flow flow, Proven proven, Principal.Customer visitor) {
        repository.end(dsl, secret);
        Held held = repository
                .holder(dsl, proven)
                .filter(one -> one.user().equals(visitor.user()))
                .orElseThrow(() -> Refusal.of(
                                ErrorCode.PROVIDER_REFUSED, "The login that you came back with is not linked to you.")
                        .hint("Sign out at the provider, and come back with the login that you sign in with here."));
        Instant at = proven.signedInAt();
        if (at == null || !Presence.isRecent(at, clock.instant())) {
            throw Refusal.of(
                            ErrorCode.PROVIDER_REFUSED,
                            at == null
                                    ? "The provider does not say when you signed in there."
                                    : "The provider did not have you sign in again: it says that you last did at %s."
                                            .formatted(at))
                    .hint("Sign out at the provider and try again, or set a password by 'Forgot your password?'.");
        }
        repository.used(dsl, held.id(), clock.instant());
        parts.sessions().proven(Objects.requireNonNull(visitor.session()), at);
        String user = visitor.user().toString();
        parts.audits()
                .done(
                        visitor.account(),
                        visitor.user(),
                        user,
                        "POST /v1/session/proof",
                        held.id().toString());
        return new Arrival.Shown(flow.next());
    }

    private Arrival link(FlowSecret secret, Proven proven, Principal.Customer visitor) {
        UserId user = visitor.user();
        parts.people().lockHasPassword(user);
        repository.end(dsl, secret);
        Optional<Held> held = repository.holder(dsl, proven);
        if (held.isPresent() && held.orElseThrow().user().equals(user)) {
            return new Arrival.Linked();
        }
        if (repository.list(dsl, user).size() >= MAX_LOGINS) {
            throw Refusal.of(ErrorCode.CONFLICT, "You have %d logins, which is the most.".formatted(MAX_LOGINS))
                    .fact("limit", MAX_LOGINS)
                    .hint("Unlink one first.");
        }
        Held made = held.or(() -> repository.insert(dsl, user, proven, clock.instant()))
                .filter(one -> one.user().equals(user))
                .orElseThrow(() -> Refusal.of(ErrorCode.CONFLICT, "Somebody else has linked this login.")
                        .hint("Sign in with it, and unlink it there first."));
        parts.audits()
                .done(
                        visitor.account(),
                        user,
                        user.toString(),
                        "POST /v1/logins",
                        made.id().toString());
        return new Arrival.Linked();
    }

    /** Whether somebody with a cookie is awaited at the code of their second factor. 401 if not. */
    public void checkCode(@Nullable String cookie) {
        var _ = waiting(cookie, Step.CODE);
    }

    /**
     * Takes the code of who came back and has a second factor.
     *
     * @throws Refusal 401 {@code wrong_second_factor}, and {@code provider_refused} where none is awaited; 429 after too many
     */
    public Arrival.In showCode(@Nullable String cookie, String code) {
        Flow flow = waiting(cookie, Step.CODE);
        Held held = new Held(Objects.requireNonNull(flow.login()), Objects.requireNonNull(flow.user()));
        if (!Boolean.TRUE.equals(transaction.execute(_ -> parts.factor().takes(held.user(), code)))) {
            parts.sessions().refused(held.user(), ErrorCode.WRONG_SECOND_FACTOR);
            throw Refusal.of(ErrorCode.WRONG_SECOND_FACTOR, "The code is wrong, was used or is too old.");
        }
        FlowSecret secret = FlowSecret.parse(cookie).orElseThrow(Logins::stale);
        return Objects.requireNonNull(transaction.execute(_ -> {
            Proven proven = Objects.requireNonNull(flow.proven());
            Held still = repository
                    .holder(dsl, proven)
                    .filter(held::equals)
                    .orElseThrow(Logins::stale); // unlinked meanwhile
            return in(secret, still, flow, null);
        }));
    }

    /** Who with a cookie is awaited at the form of the sign-up. 401 for nobody. */
    public Newcomer newcomer(@Nullable String cookie) {
        Proven proven = Objects.requireNonNull(waiting(cookie, Step.SIGN_UP).proven());
        return new Newcomer(proven.email(), proven.fullName());
    }

    /**
     * Opens an account of who came back and is new.
     *
     * @param wanted what is wanted; the address is the provider's, whatever it says
     * @throws Refusal 422 for fields that are wrong, 409 for an address or a login that is taken meanwhile, 401, 429
     */
    public SignedUp signUp(@Nullable String cookie, Signup wanted, RequestContext context) {
        Proven proven = Objects.requireNonNull(waiting(cookie, Step.SIGN_UP).proven());
        FlowSecret secret = FlowSecret.parse(cookie).orElseThrow(Logins::stale);
        boolean verified = proven.emailVerified() && provider.properties().trustEmail();
        Signup request =
                new Signup(proven.email(), null, wanted.name(), wanted.currency(), wanted.timeZone(), wanted.plan());
        return Objects.requireNonNull(transaction.execute(_ -> {
            if (!repository.end(dsl, secret)) {
                throw stale();
            }
            SignedUp made = parts.signups().withoutPassword(request, verified, context);
            Held held = repository
                    .insert(dsl, made.user().id(), proven, clock.instant())
                    .orElseThrow(() -> Refusal.of(ErrorCode.CONFLICT, "Somebody has linked this login meanwhile.")
                            .hint("Sign in with it."));
            repository.used(dsl, held.id(), clock.instant());
            return made;
        }));
    }

    @Override
    public boolean leadsIn(UserId user) {
        return provider.properties().isSet()
                && repository.list(dsl, user).stream().anyMatch(this::leadsIn);
    }

    /** The logins of a person, the oldest first. */
    public List<Login> list(UserId user) {
        return repository.list(dsl, user);
    }

    /**
     * Unlinks one; sessions that began with it stay.
     *
     * @throws Refusal 404; 409 for a key, and for the last way in
     */
    public void unlink(Principal.Customer caller, String id) {
        transaction.executeWithoutResult(_ -> {
            boolean password = parts.people().lockHasPassword(caller.user());
            List<Login> all = repository.list(dsl, caller.user());
            Login login = GivenId.read(id, LoginId::parse)
                    .flatMap(wanted ->
                            all.stream().filter(one -> one.id().equals(wanted)).findFirst())
                    .orElseThrow(() -> Refusal.notFound("login", id));
            if (caller.session() == null) {
                throw Refusal.of(ErrorCode.CONFLICT, "A login is a person's, not a key's.")
                        .hint("Sign in, and unlink it there.");
            }
            boolean other = all.stream().anyMatch(one -> !one.id().equals(login.id()) && leadsIn(one));
            if (leadsIn(login) && !password && !other) {
                throw Refusal.of(ErrorCode.CONFLICT, "This login is your last way in.")
                        .hint("Set a password (by 'Forgot your password?') or link another login first.");
            }
            repository.delete(dsl, caller.user(), login.id());
        });
    }

    private boolean leadsIn(Login login) {
        return login.issuer().equals(provider.properties().issuer());
    }

    private Flow waiting(@Nullable String cookie, Step step) {
        return FlowSecret.parse(cookie)
                .flatMap(secret -> repository.find(dsl, secret, step, clock.instant()))
                .orElseThrow(Logins::stale);
    }

    private void count(String address) {
        RateLimits.Verdict verdict = parts.limits().take(bucket(address), PER_ADDRESS);
        if (!verdict.allowed()) {
            throw Refusal.of(ErrorCode.RATE_LIMITED, "Too many sign-ins by the provider from this address.")
                    .retryAfter(verdict.retryAfter());
        }
    }

    private static String bucket(String address) {
        return "login-address:" + address;
    }

    private static Refusal stale() {
        return Refusal.of(
                ErrorCode.PROVIDER_REFUSED,
                "This is not the answer to a sign-in that this browser began in the last %d minutes, or it was used."
                        .formatted(OPEN.toMinutes()));
    }

    @Scheduled(initialDelay = 3, fixedDelay = 10, timeUnit = TimeUnit.MINUTES)
    void forget() {
        repository.forget(dsl, clock.instant());
    }
}
