package dev.berth.gateway.operation;

import dev.berth.gateway.edge.Scope;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import java.util.Collection;
import java.util.Map;

/** A kind of thing that operations change. Thread-safe. */
public interface OperationSubject {
    /** The first word of its verbs, such as {@code workload}. */
    String kind();

    /** What one needs to see its operations. */
    Scope read();

    /** What one needs to cancel and to retry them. */
    Scope write();

    /** Where steps that go on are, by their subject; nothing is said of one that is not in the answer. */
    Map<String, Verdict> look(Collection<OperationStep> steps);

    /**
     * Takes a step back that goes on, in the caller's transaction.
     *
     * @throws dev.berth.gateway.edge.Refusal 409 for one that cannot be taken back
     */
    void cancel(AccountId account, OperationStep step, Cause cause);

    /**
     * Does a step again that did not succeed, in the caller's transaction.
     *
     * @throws dev.berth.gateway.edge.Refusal 409 for one that there is no use in doing again
     */
    void retry(AccountId account, OperationStep step, Cause cause);
}
