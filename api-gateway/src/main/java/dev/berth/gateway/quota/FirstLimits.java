package dev.berth.gateway.quota;

import dev.berth.gateway.account.Limits;
import dev.berth.gateway.account.Opening;
import dev.berth.schema.id.AccountId;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/** Gives a new account the limits of its plan. */
@Component
class FirstLimits implements Opening {
    private final QuotaRepository repository;

    FirstLimits(QuotaRepository repository) {
        this.repository = repository;
    }

    @Override
    public void opened(DSLContext transaction, AccountId account, Limits limits) {
        repository.insert(transaction, account, limits);
    }
}
