package dev.berth.gateway.standing;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.workload.Workloads;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.standing.Standing;
import dev.berth.schema.standing.StandingChanged;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Outbox;
import dev.berth.schema.wire.Received;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/**
 * Takes StandingChanged, and what is told of spend caps. Of several for one account in a batch only the last counts, and none that is older than what was
 * heard before. An account that is not known here is an
 * error of the event: it goes to quarantine, from where it can be replayed.
 */
@Component
class StandingListener implements Inbox.Handler {
    private record Change(StandingChanged event, Cause cause) {}

    private final Accounts accounts;
    private final Workloads workloads;
    private final AccountEnd end;
    private final CapListener caps;
    private final Outbox outbox;

    StandingListener(Accounts accounts, Workloads workloads, AccountEnd end, CapListener caps, Outbox outbox) {
        this.caps = caps;
        this.accounts = accounts;
        this.workloads = workloads;
        this.end = end;
        this.outbox = outbox;
    }

    @Override
    public void apply(DSLContext transaction, List<Received> events) {
        Map<AccountId, Change> last = new TreeMap<>(Comparator.comparing(AccountId::toString));
        for (Received received : events) {
            if (received.envelope().event() instanceof StandingChanged changed) {
                last.put(
                        changed.account(),
                        new Change(changed, received.envelope().cause()));
            }
        }
        List<Workloads.Hold> holds = new ArrayList<>();
        List<Outbox.Draft> drafts = new ArrayList<>();
        for (Change change : last.values()) {
            StandingChanged event = change.event();
            Accounts.Stood stood = accounts.replaceStanding(transaction, event)
                    .orElseThrow(
                            () -> new IllegalStateException("there is no account %s here".formatted(event.account())));
            holds.add(new Workloads.Hold(event.account(), stood.now().heldBy(), change.cause()));
            if (stood.now().standing() == Standing.CLOSED && stood.before().standing() != Standing.CLOSED) {
                drafts.addAll(end.close(
                        transaction, event.account(), event.reason(), event.occurredAt(), true, change.cause()));
            }
        }
        holds.addAll(caps.apply(transaction, events));
        drafts.addAll(workloads.hold(transaction, holds));
        if (!drafts.isEmpty()) {
            outbox.appendAll(transaction, drafts);
        }
    }
}
