package dev.berth.gateway.account;

import dev.berth.gateway.audit.Audits;
import dev.berth.gateway.edge.EdgeProperties;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.RateLimits;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.schema.Cause;
import dev.berth.schema.id.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Sign-ups. Thread-safe. */
@Service
public class Signups {
    private final Opener opener;
    private final Plans plans;
    private final TransactionTemplate transaction;
    private final Passwords passwords;
    private final RateLimits limits;
    private final EdgeProperties properties;
    private final Audits audits;
    private final People people;

    Signups(
            Opener opener,
            Plans plans,
            PlatformTransactionManager transactions,
            Passwords passwords,
            RateLimits limits,
            EdgeProperties properties,
            Audits audits,
            People people) {
        this.opener = opener;
        this.plans = plans;
        this.transaction = new TransactionTemplate(transactions);
        this.passwords = passwords;
        this.limits = limits;
        this.properties = properties;
        this.audits = audits;
        this.people = people;
    }

    /** A sign-up that is allowed, with the hash of its password. */
    record Prepared(SignupRules.Checked signup, String hash) {
        @Override
        public String toString() {
            return "Prepared[" + signup + "]"; // not even the hash
        }
    }

    /**
     * Opens an account with its owner and a first key.
     *
     * @throws Refusal 422 for fields that are wrong, 409 for an e-mail address that is taken, 429 when the address signs up too
     *     often or too many do at once
     */
    public SignedUp signup(Signup request, RequestContext context) {
        return open(prepare(request, context), context.cause());
    }

    /**
     * Opens a further account of somebody who has one.
     *
     * @param request what is wanted; its address and password are not read
     * @throws Refusal 422 for fields that are wrong, 409 for one too many, 429 when the address signs up too often
     */
    public SignedUp further(UserId user, Signup request, RequestContext context) {
        List<FieldError> errors = new ArrayList<>();
        Optional<SignupRules.NewAccount> wanted = SignupRules.checkAccount(request, errors);
        if (wanted.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        plans.chosen(wanted.orElseThrow().plan());
        count(context);
        People.Person person = people.get(user);
        return Objects.requireNonNull(transaction.execute(_ -> opener.open(
                user,
                person.email(),
                wanted.orElseThrow(),
                plans.held(wanted.orElseThrow().plan()),
                context.cause())));
    }

    /** The slow half, to be done outside of a transaction: checks, and hashes the password. Refusals as {@link #signup}. */
    Prepared prepare(Signup request, RequestContext context) {
        people.passwordUse().need();
        SignupRules.Checked signup = SignupRules.check(request);
        plans.chosen(signup.account().plan());
        count(context);
        return new Prepared(signup, passwords.hash(signup.password()));
    }

    private void count(RequestContext context) {
        RateLimits.Verdict verdict =
                limits.takeTold("signup", context.address(), properties.rates().signup());
        if (!verdict.allowed()) {
            throw Refusal.of(ErrorCode.RATE_LIMITED, "Too many sign-ups from this address.")
                    .retryAfter(verdict.retryAfter());
        }
    }

    /** The other half: writes it in one transaction, the caller's if there is one. Refusals as {@link #signup}. */
    SignedUp open(Prepared prepared, Cause cause) {
        return open(prepared.signup, prepared.hash, false, cause);
    }

    /**
     * Opens an account of somebody new whom a provider has proven, who has no password; in the caller's transaction if there is one.
     *
     * @param request what is wanted; its password is not read
     * @param verified whether the provider is believed that they read mails to the address
     * @throws Refusal as {@link #signup}
     */
    public SignedUp withoutPassword(Signup request, boolean verified, RequestContext context) {
        SignupRules.Checked checked = SignupRules.checkWithoutPassword(request);
        plans.chosen(checked.account().plan());
        count(context);
        return open(checked, null, verified, context.cause());
    }

    private SignedUp open(SignupRules.Checked signup, @Nullable String hash, boolean verified, Cause cause) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            Plan plan = plans.held(signup.account().plan());
            SignedUp made = opener.open(signup, plan, hash, verified, cause);
            String user = made.user().id().toString();
            audits.done(
                    made.account().id(),
                    made.user().id(),
                    user,
                    "POST /v1/signup",
                    made.account().id().toString());
            return made;
        }));
    }
}
