package dev.berth.gateway.edge;

import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/**
 * Writes calls into the audit log whose transaction is not the edge's but that of a room (pages, and handlers with
 * {@link OwnTransaction}): into the first of their transactions that changes something, just before it is committed, so that there is
 * neither a change without its entry nor an entry without its change.
 */
@Component
class AuditedEffects implements TransactionExecutionListener {
    private static final int OK = 200;

    private final ObjectProvider<DSLContext> dsl; // later: the transactions are made before it
    private final ObjectProvider<AuditTrail> trail;

    AuditedEffects(ObjectProvider<DSLContext> dsl, ObjectProvider<AuditTrail> trail) {
        this.dsl = dsl;
        this.trail = trail;
    }

    @Override
    public void beforeCommit(TransactionExecution transaction) {
        AuditedCall.effect().ifPresent(request -> {
            boolean changes = dsl.getObject()
                    .select(DSL.condition("pg_current_xact_id_if_assigned() is not null"))
                    .fetchSingle()
                    .value1();
            if (changes) {
                AuditedCall.of(request, null, OK).ifPresent(call -> {
                    AuditedCall.written(request);
                    trail.getObject().append(call);
                });
            }
        });
    }
}
