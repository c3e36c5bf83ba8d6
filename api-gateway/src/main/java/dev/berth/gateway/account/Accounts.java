package dev.berth.gateway.account;

import dev.berth.gateway.edge.Cursor;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.standing.StandingChanged;
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

    Accounts(DSLContext dsl, AccountRepository repository) {
        this.dsl = dsl;
        this.repository = repository;
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
            before = parse(paging.after().position()).orElseThrow(Cursor::foreign);
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
}
