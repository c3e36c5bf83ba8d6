package dev.berth.gateway.account;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.Cause;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.UserId;
import dev.berth.schema.wire.Outbox;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Writes all that an account begins with: the account, its owner, its limits, a first key, and the event. */
@Component
class Opener {
    private final DSLContext dsl;
    private final AccountRepository accounts;
    private final ApiKeyRepository keys;
    private final List<Opening> openings;
    private final PersonRepository people;
    private final List<NewPerson> newPerson;
    private final Outbox outbox;
    private final InstantSource clock;

    Opener(
            DSLContext dsl,
            AccountRepository accounts,
            ApiKeyRepository keys,
            List<Opening> openings,
            PersonRepository people,
            List<NewPerson> newPerson,
            Outbox outbox,
            InstantSource clock) {
        this.dsl = dsl;
        this.accounts = accounts;
        this.keys = keys;
        this.openings = List.copyOf(openings);
        this.people = people;
        this.newPerson = List.copyOf(newPerson);
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * Writes it; call it inside a transaction.
     *
     * @param hash of the password; null for who signs in by a provider
     * @param verified whether they are known to read mails to the address
     * @throws Refusal 409 if the e-mail address has an account
     */
    SignedUp open(SignupRules.Checked signup, Plan plan, @Nullable String hash, boolean verified, Cause cause) {
        UserId user = UserId.next();
        if (!people.insert(dsl, user, signup.email(), signup.emailKey(), hash, clock.instant())) {
            throw Refusal.of(ErrorCode.EMAIL_TAKEN, "Somebody has signed up with this e-mail address.")
                    .field("email", "has an account");
        }
        SignedUp made = open(user, signup.email(), signup.account(), plan, cause);
        if (verified) {
            people.verified(dsl, user, clock.instant());
        } else {
            newPerson.forEach(one -> one.joined(user, signup.email()));
        }
        return made;
    }

    /** Writes an account of somebody who is there; call it inside a transaction. */
    SignedUp open(UserId user, String email, SignupRules.NewAccount wanted, Plan plan, Cause cause) {
        Instant now = clock.instant();
        AccountId account = AccountId.next();
        accounts.insertAccount(dsl, account, wanted, plan, now);
        accounts.insertOwner(dsl, account, user, now);
        Limits limits = plan.limits();
        openings.forEach(opening -> opening.opened(dsl, account, limits));
        KeyText text = KeyText.next();
        ApiKey key = ApiKey.made(text, "first key", EnumSet.allOf(Scope.class), now, null);
        keys.insert(dsl, account, user, text, key);
        Cause byOwner = new Cause(cause.operation(), user.toString(), cause.at(), cause.traceparent());
        outbox.append(dsl, opened(account, email, wanted, plan, now), byOwner);
        return new SignedUp(
                accounts.find(dsl, account).orElseThrow(),
                new SignedUp.Person(user, email),
                new SignedUp.FirstKey(key.id(), text.text()));
    }

    private static AccountOpened opened(
            AccountId account, String email, SignupRules.NewAccount wanted, Plan plan, Instant now) {
        Limits limits = plan.limits();
        return new AccountOpened(
                account,
                wanted.name(),
                email,
                plan.name(),
                wanted.currency(),
                wanted.zone().getId(),
                limits.containers(),
                limits.cpuMillis(),
                limits.memoryMib(),
                limits.volumes(),
                limits.volumeGib(),
                now);
    }
}
