package dev.berth.gateway.standing;

import dev.berth.schema.id.AccountId;
import java.util.List;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/** The spend caps of accounts, as billing last told of them. Thread-safe. */
@Component
public class SpendCaps {
    private final DSLContext dsl;
    private final SpendCapRepository repository;

    SpendCaps(DSLContext dsl, SpendCapRepository repository) {
        this.dsl = dsl;
        this.repository = repository;
    }

    /** Those that an account has; read in the transaction at hand. */
    public List<SpendCap> of(AccountId account) {
        return repository.of(dsl, account);
    }
}
