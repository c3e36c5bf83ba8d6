package dev.berth.provisioner.desired;

import dev.berth.schema.id.TypeId;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Tells the reconciler, in whichever replica it runs, that something is to be done: a PostgreSQL notification, sent by the
 * commit itself. Losing one costs time only, since the reconciler also runs by a timer.
 */
public final class Signal {
    /** The channel; the payload is the id of a workload, a volume or an account. */
    public static final String CHANNEL = "berth_provisioner_wake";

    private Signal() {}

    /** Sends the id when this transaction commits. */
    public static void onCommit(DSLContext transaction, TypeId subject) {
        transaction
                .select(DSL.function("pg_notify", SQLDataType.OTHER, DSL.val(CHANNEL), DSL.val(subject.toString())))
                .execute();
    }
}
