package dev.berth.gateway.letter;

import dev.berth.schema.id.AccountId;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/** What accounts owe, as far as the topics have told. Each method works in the transaction at hand. Thread-safe. */
@Component
public class Debts {
    private final OwedRepository repository;

    Debts(OwedRepository repository) {
        this.repository = repository;
    }

    /** Whether an invoice of an account is neither paid nor taken back nor written off. */
    public boolean owes(DSLContext transaction, AccountId account) {
        return repository.owes(transaction, account);
    }

    /** Forgets what was told of an account whose people are gone. */
    public void forget(DSLContext transaction, AccountId account) {
        repository.forget(transaction, account);
    }
}
