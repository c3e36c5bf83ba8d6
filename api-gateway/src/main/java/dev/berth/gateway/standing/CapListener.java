package dev.berth.gateway.standing;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.workload.Workloads;
import dev.berth.schema.Cause;
import dev.berth.schema.cap.CapEvent;
import dev.berth.schema.cap.CapKind;
import dev.berth.schema.cap.SpendCapChanged;
import dev.berth.schema.cap.SpendCapCredited;
import dev.berth.schema.cap.SpendCapNotice;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Received;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/**
 * What follows from what is told of spend caps: they are written down, a workload whose own cap is reached is held, and people are mailed.
 * That a cap stops the whole account comes as its standing.
 */
@Component
class CapListener {
    private final SpendCapRepository caps;
    private final CapMails mails;
    private final Accounts accounts;

    CapListener(SpendCapRepository caps, CapMails mails, Accounts accounts) {
        this.caps = caps;
        this.mails = mails;
        this.accounts = accounts;
    }

    /** Takes a batch, after its standings; the holds that follow, of each account once. */
    List<Workloads.Hold> apply(DSLContext transaction, List<Received> events) {
        Map<AccountId, Cause> touched = new TreeMap<>(Comparator.comparing(AccountId::toString));
        for (Received received : events) {
            if (received.envelope().event() instanceof CapEvent event) {
                switch (event) {
                    case SpendCapChanged changed -> {
                        caps.save(transaction, changed);
                        if (changed.kind() == CapKind.WORKLOAD) {
                            touched.put(changed.account(), received.envelope().cause());
                        }
                    }
                    case SpendCapNotice notice -> mails.write(notice);
                    case SpendCapCredited credited -> mails.write(credited);
                }
            }
        }
        List<Workloads.Hold> holds = new ArrayList<>();
        touched.forEach((account, cause) -> holds.add(new Workloads.Hold(
                account, accounts.holdStanding(transaction, account).heldBy(), cause)));
        return holds;
    }
}
