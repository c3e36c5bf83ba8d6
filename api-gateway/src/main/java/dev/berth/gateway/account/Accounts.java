package dev.berth.gateway.account;

import dev.berth.gateway.edge.Cursor;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.IfMatch;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.Cause;
import dev.berth.schema.account.AccountRenamed;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.standing.Standing;
import dev.berth.schema.standing.StandingChanged;
import dev.berth.schema.wire.Outbox;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Accounts: they are read and renamed, and they stand as billing says. Thread-safe. */
@Service
public class Accounts {
    private final DSLContext dsl;
    private final AccountRepository repository;
    private final Outbox outbox;
    private final InstantSource clock;

    Accounts(DSLContext dsl, AccountRepository repository, Outbox outbox, InstantSource clock) {
        this.dsl = dsl;
        this.repository = repository;
        this.outbox = outbox;
        this.clock = clock;
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
     * Renames one, inside of the caller's transaction: billing hears of it and writes the name on the invoices that follow.
     *
     * @param name null to leave it
     * @param ifMatch the etag that the caller has read, null to overwrite whatever is there
     * @throws Refusal 422 for a name that is not allowed, 412 if it was changed since, 409 if the account is closed, 404
     */
    Account change(AccountId account, @Nullable String name, @Nullable String ifMatch, Cause cause) {
        if (name != null) {
            SignupRules.checkName(name).ifPresent(error -> {
                throw Refusal.invalid(List.of(error));
            });
        }
        repository.lock(dsl, account);
        Account now = get(account);
        IfMatch.check(ifMatch, "The account was changed since.", now.etag());
        if (name == null || name.strip().equals(now.name())) {
            return now;
        }
        if (now.standing() == Standing.CLOSED || now.closing() != null || now.closedAt() != null) {
            throw Refusal.of(ErrorCode.CONFLICT, "The account is closed or about to be, so nothing of it changes.");
        }
        repository.rename(dsl, account, name.strip());
        outbox.append(dsl, new AccountRenamed(account, name.strip(), clock.instant()), cause);
        return get(account);
    }

    /** All accounts, newest first; for the operator. */
    Page<AccountRepository.Owned> list(@Nullable String email, Paging paging) {
        Cursor cursor = paging.after();
        AccountId before = cursor == null ? null : parse(cursor.position()).orElseThrow(Cursor::foreign);
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

    /**
     * Locks one against all who hold its standing, until the transaction ends, and reads it; locks of its plan and quota come after.
     *
     * @throws Refusal 404
     */
    public Account locked(DSLContext inTransaction, AccountId account) {
        repository.lock(inTransaction, account);
        return get(account);
    }

    /** Writes which plan an account has; its limits are another room's. */
    public void setPlan(DSLContext inTransaction, AccountId account, String plan) {
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

    /** How an account stood, and stands now: the same after a word that is older than the last one, or would reopen it. */
    public record Stood(AccountStanding before, AccountStanding now) {}

    /**
     * Writes how an account stands, after all transactions that hold its standing. An event that was replayed from quarantine may
     * be older than what was heard since; it changes nothing then.
     *
     * @return empty if there is no such account
     */
    public Optional<Stood> replaceStanding(DSLContext inTransaction, StandingChanged changed) {
        return repository.replaceStanding(inTransaction, changed);
    }

    /** Reads an id; empty for what is none. */
    public static Optional<AccountId> parse(String id) {
        return GivenId.read(id, AccountId::parse);
    }
}
