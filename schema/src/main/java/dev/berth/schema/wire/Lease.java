package dev.berth.schema.wire;

import dev.berth.schema.id.Uuid7;
import java.time.Duration;
import java.util.OptionalLong;
import org.jooq.DSLContext;
import org.jooq.Record;

/**
 * A lease on a loop that only one replica may run. Each holder gets a greater fencing number than the one before, and
 * {@link #check} inside the transaction of every effect makes the database refuse a holder that was paused and replaced
 * (Kleppmann, "How to do distributed locking"). Time is the database's. Thread-safe.
 */
public final class Lease {
    // The row lock that the upsert takes makes contenders come one after the other; each then sees the row as it is.
    private static final String HOLD = """
            insert into lease as l (name, holder, fence, expires_at)
            values (?, ?, 1, clock_timestamp() + ? * interval '1 millisecond')
            on conflict (name) do update set
              holder = excluded.holder,
              fence = case when l.holder = excluded.holder then l.fence else l.fence + 1 end,
              expires_at = excluded.expires_at
            where l.holder = excluded.holder or l.expires_at <= clock_timestamp()
            returning fence""";

    private final DSLContext dsl;
    private final String name;
    private final String holder;
    private final long termMs;

    /** Thrown by {@link #check} when somebody else holds the lease now: undo and stop. */
    public static final class Fenced extends RuntimeException {
        private static final long serialVersionUID = 1;

        public Fenced(String message) {
            super(message);
        }
    }

    /**
     * A contender; each has a name of its own, so two in one process are two replicas.
     *
     * @param wire whose database
     * @param name what the lease is on
     * @param term how long it lasts when it is not renewed; hold it again at a third of that
     */
    public Lease(Wire wire, String name, Duration term) {
        if (term.toMillis() < 1) {
            throw new IllegalArgumentException("a lease of %s is none".formatted(term));
        }
        this.dsl = wire.dsl();
        this.name = name;
        this.holder = "%d@%s".formatted(ProcessHandle.current().pid(), Uuid7.next());
        this.termMs = term.toMillis();
    }

    /**
     * Takes or renews it: the fencing number while it is ours, empty while another replica holds it.
     *
     * @throws org.jooq.exception.DataAccessException if the database does not answer
     */
    public OptionalLong hold() {
        Record row = dsl.fetchOne(HOLD, name, holder, termMs);
        return row == null ? OptionalLong.empty() : OptionalLong.of(row.get(0, long.class));
    }

    /**
     * Locks the lease row for the rest of the transaction and compares.
     *
     * @throws Fenced if the number is not the current one
     */
    public void check(DSLContext transaction, long fence) {
        Record row = transaction.fetchOne("select fence, holder from lease where name = ? for update", name);
        if (row == null || row.get(0, long.class) != fence || !holder.equals(row.get(1, String.class))) {
            throw new Fenced("the lease '%s' with fence %d has passed to %s"
                    .formatted(name, fence, row == null ? "nobody" : "fence " + row.get(0, long.class)));
        }
    }

    /** Gives it back, so that another replica need not wait for the term to end. Does nothing when it is not ours. */
    public void release() {
        dsl.execute(
                "update lease set holder = '', expires_at = '-infinity' where name = ? and holder = ?", name, holder);
    }
}
