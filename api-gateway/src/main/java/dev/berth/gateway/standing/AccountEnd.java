package dev.berth.gateway.standing;

import dev.berth.gateway.account.EndingRepository;
import dev.berth.gateway.volume.Volumes;
import dev.berth.schema.Cause;
import dev.berth.schema.account.AccountClosed;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Outbox;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/**
 * Closes an account for good, once, whoever says so: all services hear of it, and its volumes are deleted. The rest is removed
 * afterwards, by what looks at closed accounts. Thread-safe.
 */
@Component
public class AccountEnd {
    private final EndingRepository endings;
    private final Volumes volumes;
    private final InstantSource clock;

    AccountEnd(EndingRepository endings, Volumes volumes, InstantSource clock) {
        this.endings = endings;
        this.volumes = volumes;
        this.clock = clock;
    }

    /**
     * Closes one whose row is locked.
     *
     * @param keepsVolumes whether the data of its volumes is kept for the time of retention
     * @return what the caller must append to the outbox; nothing if it was closed before
     */
    public List<Outbox.Draft> close(
            DSLContext transaction, AccountId account, String reason, Instant at, boolean keepsVolumes, Cause cause) {
        if (!endings.close(transaction, account, clock.instant())) {
            return List.of();
        }
        List<Outbox.Draft> drafts = new ArrayList<>();
        drafts.add(new Outbox.Draft(new AccountClosed(account, reason, at), cause));
        drafts.addAll(volumes.close(transaction, account, keepsVolumes, cause));
        return drafts;
    }
}
