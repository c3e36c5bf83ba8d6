package dev.berth.gateway.workload;

import dev.berth.gateway.account.Reaping;
import dev.berth.gateway.quota.Quotas;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Outbox;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/**
 * Withdraws all wishes of a closed account, and empties their rows: which workload had which name, image and size stays, since invoices
 * tell of it; what it was given (environment, files, arguments) goes.
 */
@Component
class WorkloadReaping implements Reaping {
    private final WorkloadRepository repository;
    private final RunRepository runs;
    private final Quotas quotas;
    private final Outbox outbox;

    WorkloadReaping(WorkloadRepository repository, RunRepository runs, Quotas quotas, Outbox outbox) {
        this.repository = repository;
        this.runs = runs;
        this.quotas = quotas;
        this.outbox = outbox;
    }

    @Override
    public boolean reap(DSLContext transaction, AccountId account, Instant now) {
        Cause cause = Cause.platform(now);
        List<Outbox.Draft> drafts = new ArrayList<>();
        for (Wish wish : repository.lockAllOf(transaction, List.of(account))) {
            Wish removed = wish.remove(now);
            repository.update(transaction, removed);
            quotas.release(transaction, account, wish.id().uuid());
            runs.unschedule(transaction, wish.id());
            runs.ended(transaction, wish.id(), "stopped", "the account was closed", now);
            drafts.add(new Outbox.Draft(removed.event(), cause));
        }
        if (!drafts.isEmpty()) {
            outbox.appendAll(transaction, drafts);
        }
        repository.empty(transaction, account);
        return true;
    }
}
