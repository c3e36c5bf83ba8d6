package dev.berth.gateway.secret;

import dev.berth.schema.id.AccountId;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.stereotype.Service;

/** Looks secrets up for workloads. Thread-safe. */
@Service
public class SealedSecrets {
    private final DSLContext dsl;
    private final SecretRepository repository;

    SealedSecrets(DSLContext dsl, SecretRepository repository) {
        this.dsl = dsl;
        this.repository = repository;
    }

    /** The latest version of a secret; empty when the account has none of that name. */
    public Optional<SealedSecret> latest(AccountId account, String name) {
        return repository
                .named(dsl, account, name)
                .map(row -> new SealedSecret(row.name(), row.version(), row.sealed()));
    }
}
