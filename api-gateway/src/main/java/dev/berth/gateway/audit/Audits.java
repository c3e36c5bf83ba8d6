package dev.berth.gateway.audit;

import dev.berth.gateway.edge.Audited;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.UserId;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Entries about callers whom the edge does not know: who signs in, who answers a mail, whose trigger is called. Thread-safe.
 */
@Component
public class Audits implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Audits.class);
    private static final int WAITING = 1_000;

    private final AuditLog log;
    private final ThreadPoolExecutor later = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().name("audit-later-", 0).daemon().factory());

    Audits(AuditLog log) {
        this.log = log;
    }

    /**
     * Writes in the transaction at hand that the call did something.
     *
     * @param actor usr_… or trg_…
     * @param action in the words of the API, also for a page
     */
    public void done(AccountId account, @Nullable UserId user, String actor, String action, String subject) {
        log.append(of(account, user, actor, action, subject, 200, ""));
    }

    /**
     * Writes soon that a call was refused, without keeping the caller waiting: how long an answer takes must not tell whether there was
     * anything to write. At most 1,000 wait; a failed sign-in beyond that is only logged.
     */
    public void refusedLater(AccountId account, UserId user, String action, int status, String code) {
        Audited refused = of(account, user, user.toString(), action, "", status, code);
        try {
            later.execute(() -> {
                try {
                    log.append(refused);
                } catch (RuntimeException e) {
                    LOG.error("A refusal could not be written into the audit log", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.warn("Too many refusals wait for the audit log; one was left out", e);
        }
    }

    private static Audited of(
            AccountId account,
            @Nullable UserId user,
            String actor,
            String action,
            String subject,
            int status,
            String code) {
        RequestContext call = RequestContext.current().orElseThrow();
        return new Audited(
                account,
                actor,
                user,
                null,
                call.address(),
                RequestContext.userAgent(),
                action,
                subject,
                status,
                code,
                call.operation().toString());
    }

    @Override
    public void close() {
        later.shutdownNow();
    }
}
