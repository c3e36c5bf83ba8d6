package dev.berth.schema.wire;

import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends COPYs whose sender has gone silent: a replica that is frozen in the middle of {@link CopyRows} holds its transaction's locks, and
 * for PostgreSQL it is not idle, so that {@code idle_in_transaction_session_timeout} never ends it. What holds for a transaction between
 * two statements holds for one within a COPY here: longer than that setting says nobody is silent. Stateless.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-client.html">idle_in_transaction_session_timeout</a>
 */
final class SilentCopies {
    private static final Logger LOG = LoggerFactory.getLogger(SilentCopies.class);

    private SilentCopies() {}

    /**
     * Ends those of the caller's own role, as long as its setting is not 0; how many they were. A COPY of this service takes
     * milliseconds, so one that began so long ago and is waited for is not at work.
     */
    static int end(DSLContext dsl) {
        int ended = dsl.fetchSingle("""
                        select count(*) filter (where pg_terminate_backend(a.pid)) from pg_stat_activity a
                        cross join pg_settings s
                        where s.name = 'idle_in_transaction_session_timeout' and s.setting::bigint > 0
                            and a.datname = current_database() and a.usename = current_user and a.pid <> pg_backend_pid()
                            and a.state = 'active' and a.wait_event = 'ClientRead' and a.query like 'copy %'
                            and a.query_start < clock_timestamp() - make_interval(secs => s.setting::bigint / 1000.0)""").get(0, Integer.class);
        if (ended > 0) {
            LOG.atWarn()
                    .addKeyValue("sessions", ended)
                    .log("a replica was silent in the middle of a COPY; its session was ended");
        }
        return ended;
    }
}
