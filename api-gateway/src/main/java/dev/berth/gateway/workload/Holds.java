package dev.berth.gateway.workload;

import dev.berth.gateway.account.AccountStanding;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Outbox;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;

/**
 * Stops all wishes of accounts that may not run anything, and lets those of others run again but for workloads whose own spend cap is
 * reached. The last word on an account counts.
 */
final class Holds {
    private final WorkloadRepository repository;

    Holds(WorkloadRepository repository) {
        this.repository = repository;
    }

    List<Outbox.Draft> apply(DSLContext transaction, List<Workloads.Hold> holds, Instant now) {
        Map<AccountId, Workloads.Hold> last = new LinkedHashMap<>();
        holds.forEach(hold -> last.put(hold.account(), hold));
        if (last.isEmpty()) {
            return List.of();
        }
        List<Outbox.Draft> drafts = new ArrayList<>();
        Set<WorkloadId> capped = repository.capped(transaction, last.keySet());
        for (Wish wish : repository.lockAllOf(transaction, last.keySet())) {
            Workloads.Hold hold = last.get(wish.account());
            if (hold == null) {
                continue;
            }
            Optional<String> why = hold.reason()
                    .or(() -> capped.contains(wish.id()) ? Optional.of(AccountStanding.CAP_REACHED) : Optional.empty());
            Wish next = why.map(reason -> wish.hold(reason, now)).orElseGet(() -> wish.release(now));
            if (!next.equals(wish)) {
                repository.update(transaction, next);
                drafts.add(new Outbox.Draft(next.event(), hold.cause()));
            }
        }
        return drafts;
    }
}
