package dev.berth.gateway.account;

import dev.berth.gateway.edge.EdgeProperties;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.RateLimits;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.Cause;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ApiKeyId;
import dev.berth.schema.id.UserId;
import dev.berth.schema.standing.StandingChanged;
import dev.berth.schema.wire.Outbox;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Accounts: they open, they are read and renamed, and they stand as billing says. Thread-safe. */
@Service
public class Accounts {
    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final AccountRepository repository;
    private final ApiKeyRepository keys;
    private final Passwords passwords;
    private final List<Opening> openings;
    private final Outbox outbox;
    private final InstantSource clock;
    private final RateLimits limits;
    private final EdgeProperties properties;

    Accounts(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            AccountRepository repository,
            ApiKeyRepository keys,
            Passwords passwords,
            List<Opening> openings,
            Outbox outbox,
            InstantSource clock,
            RateLimits limits,
            EdgeProperties properties) {
        this.dsl = dsl;
        this.transaction = new TransactionTemplate(transactions);
        this.repository = repository;
        this.keys = keys;
        this.passwords = passwords;
        this.openings = List.copyOf(openings);
        this.outbox = outbox;
        this.clock = clock;
        this.limits = limits;
        this.properties = properties;
    }

    /**
     * Opens an account with its owner and a first key.
     *
     * @throws Refusal 422 for fields that are wrong, 409 for an e-mail address that is taken, 429 when the address signs up too
     *     often
     */
    public SignedUp signup(Signup request, RequestContext context) {
        SignupRules.Checked signup = SignupRules.check(request);
        RateLimits.Verdict verdict =
                limits.take("signup:" + context.address(), properties.rates().signup());
        if (!verdict.allowed()) {
            throw Refusal.of(ErrorCode.RATE_LIMITED, "Too many sign-ups from this address.")
                    .retryAfter(verdict.retryAfter());
        }
        String hash = passwords.hash(signup.password());
        return required(transaction.execute(_ -> open(signup, hash, context.cause())));
    }

    private SignedUp open(SignupRules.Checked signup, String hash, Cause cause) {
        Instant now = clock.instant();
        AccountId account = AccountId.next();
        UserId user = UserId.next();
        repository.insertAccount(dsl, account, signup, now);
        if (!repository.insertOwner(dsl, account, user, signup, hash, now)) {
            throw Refusal.of(ErrorCode.EMAIL_TAKEN, "Somebody has signed up with this e-mail address.")
                    .field("email", "has an account");
        }
        Limits limits = signup.plan().limits();
        openings.forEach(opening -> opening.opened(dsl, account, limits));
        KeyText key = KeyText.next();
        ApiKeyId keyId = ApiKeyId.next();
        keys.insert(dsl, keyId, account, user, key, "first key", EnumSet.allOf(Scope.class), now);
        AccountOpened opened = new AccountOpened(
                account,
                signup.name(),
                signup.email(),
                signup.plan().text(),
                signup.currency(),
                signup.zone().getId(),
                limits.containers(),
                limits.cpuMillis(),
                limits.memoryMib(),
                limits.volumes(),
                limits.volumeGib(),
                now);
        Cause byOwner = new Cause(cause.operation(), user.toString(), cause.at(), cause.traceparent());
        outbox.append(dsl, opened, byOwner);
        return new SignedUp(
                get(account), new SignedUp.Person(user, signup.email()), new SignedUp.FirstKey(keyId, key.text()));
    }

    /**
     * Reads one.
     *
     * @throws Refusal 404
     */
    public Account get(AccountId account) {
        return repository.find(dsl, account).orElseThrow(() -> Refusal.notFound("account", account.toString()));
    }

    /**
     * Renames one.
     *
     * @throws Refusal 422 for a name that is not allowed, 404
     */
    public Account rename(AccountId account, @Nullable String name) {
        SignupRules.checkName(name).ifPresent(error -> {
            throw Refusal.invalid(List.of(error));
        });
        if (repository.rename(dsl, account, String.valueOf(name).strip()) == 0) {
            throw Refusal.notFound("account", account.toString());
        }
        return get(account);
    }

    /** All accounts, newest first; for the operator. */
    Page<AccountRepository.Owned> list(@Nullable String email, Paging paging) {
        AccountId before = null;
        if (paging.after() != null) {
            before = parse(paging.after().position()).orElseThrow(dev.berth.gateway.edge.Cursor::foreign);
        }
        String emailKey = email == null ? null : SignupRules.emailKey(email).orElse("");
        return Page.of(
                repository.list(dsl, before, emailKey, paging),
                paging.limit(),
                owned -> owned.account().id().toString());
    }

    /** One with its owner's address; for the operator. */
    AccountRepository.Owned owned(String id) {
        return parse(id)
                .flatMap(account -> repository.findOwned(dsl, account))
                .orElseThrow(() -> Refusal.notFound("account", id));
    }

    /** Writes which plan an account has; its limits are another room's. */
    public void setPlan(DSLContext inTransaction, AccountId account, Plan plan) {
        repository.setPlan(inTransaction, account, plan);
    }

    /**
     * How an account stands, which stays so until the transaction ends.
     *
     * @throws Refusal 404
     */
    public AccountStanding holdStanding(DSLContext inTransaction, AccountId account) {
        return repository
                .holdStanding(inTransaction, account)
                .orElseThrow(() -> Refusal.notFound("account", account.toString()));
    }

    /**
     * Writes how an account stands, after all transactions that hold its standing.
     *
     * @return how it stood before, empty if there is no such account
     */
    public Optional<AccountStanding> replaceStanding(DSLContext inTransaction, StandingChanged changed) {
        return repository.replaceStanding(inTransaction, changed);
    }

    /** Reads an id; empty for what is none. */
    public static Optional<AccountId> parse(String id) {
        try {
            return Optional.of(AccountId.parse(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the transaction answered nothing");
        }
        return value;
    }
}
