package dev.berth.gateway.workload;

import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Everything that can be done with wishes. Each write is one transaction (it joins the caller's, if there is one): the wish, the
 * quota it holds and the event. Refusals are {@link dev.berth.gateway.edge.Refusal}: 402 suspended or capped, 403 quota, 404 not there or not
 * this account's, 409 name taken, 412 stale, 422 not allowed. Thread-safe.
 */
@Service
public class Workloads {
    /** Which of an account's workloads to list; null for any. {@code label} is {@code key} or {@code key:value}. */
    public record Filter(
            @Nullable String name,
            @Nullable String kind,
            @Nullable String state,
            @Nullable String label) {
        /** All that are not removed. */
        public static Filter any() {
            return new Filter(null, null, null, null);
        }
    }

    /** Makes a wish; its containers start soon after. */
    public WorkloadView create(AccountId account, WorkloadRequest request, Cause cause) {
        throw new UnsupportedOperationException();
    }

    /** What {@link #create} would cost and do to the quota; changes nothing. */
    public Quote quote(AccountId account, WorkloadRequest request, RequestContext context) {
        throw new UnsupportedOperationException();
    }

    /** One workload; one that was removed is still there, with the desired state {@code removed}. */
    public WorkloadView get(AccountId account, WorkloadId workload) {
        throw new UnsupportedOperationException();
    }

    /** Newest first; without removed ones unless the filter asks for them. */
    public Page<WorkloadView> list(AccountId account, Filter filter, Paging paging) {
        throw new UnsupportedOperationException();
    }

    /**
     * Changes what is given in the request; a field that is given replaces the whole field.
     *
     * @param ifMatch the etag that the caller has read, null to overwrite whatever is there
     */
    public WorkloadView update(
            AccountId account, WorkloadId workload, WorkloadRequest request, @Nullable String ifMatch, Cause cause) {
        throw new UnsupportedOperationException();
    }

    /** Wants it running. A job that was stopped runs once more. */
    public WorkloadView start(AccountId account, WorkloadId workload, @Nullable String ifMatch, Cause cause) {
        throw new UnsupportedOperationException();
    }

    /** Wants no container of it. */
    public WorkloadView stop(AccountId account, WorkloadId workload, @Nullable String ifMatch, Cause cause) {
        throw new UnsupportedOperationException();
    }

    /** Wants its containers replaced. */
    public WorkloadView restart(AccountId account, WorkloadId workload, @Nullable String ifMatch, Cause cause) {
        throw new UnsupportedOperationException();
    }

    /** Wants a job to run now, once more. */
    public WorkloadView run(AccountId account, WorkloadId workload, @Nullable String ifMatch, Cause cause) {
        throw new UnsupportedOperationException();
    }

    /** Withdraws the wish: its containers stop and go. */
    public WorkloadView delete(AccountId account, WorkloadId workload, @Nullable String ifMatch, Cause cause) {
        throw new UnsupportedOperationException();
    }

    /** A job that came to its end at a generation, and the event that told of it. */
    public record Finished(WorkloadId workload, long generation, Cause cause) {}

    /**
     * Jobs have come to their end: their quota is free again, and those that were to be removed then are. Called by the feed,
     * once in a transaction (it may append to the outbox); what speaks of an older generation changes nothing.
     *
     * @param transaction the transaction in which the feed takes the events
     */
    public void jobsFinished(DSLContext transaction, List<Finished> jobs) {
        throw new UnsupportedOperationException();
    }
}
