package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.schema.Service;
import dev.berth.schema.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Whoever is frozen in the middle of a COPY holds nothing for long. */
@Tag("parts")
class SilentCopiesTest {
    @Test
    void aCopyWhoseSenderIsSilentIsEndedWhenItsTimeIsOverAndNotBefore() throws SQLException {
        try (TestDatabase database = TestDatabase.fresh(Service.GATEWAY);
                Connection frozen = DriverManager.getConnection(database.jdbcUrl(), Service.GATEWAY.role(), "");
                Connection watching = database.dataSource().getConnection()) {
            database.dsl().execute("create table one (number int)");
            frozen.setAutoCommit(false);
            CopyIn copy = frozen.unwrap(PGConnection.class).getCopyAPI().copyIn("copy one (number) from stdin");
            DSLContext watch = DSL.using(watching);

            watch.execute("set idle_in_transaction_session_timeout = 0");
            assertThat(SilentCopies.end(watch)).as("the setting is off").isZero();
            watch.execute("set idle_in_transaction_session_timeout = '1h'");
            assertThat(SilentCopies.end(watch)).as("its time is not over").isZero();
            watch.execute("set idle_in_transaction_session_timeout = '200ms'");
            await().until(() -> SilentCopies.end(watch) == 1);
            int pid = frozen.unwrap(PGConnection.class).getBackendPID();
            await("its session ends a moment after it was told to")
                    .until(() -> !watch.fetchExists(DSL.table("pg_stat_activity"), DSL.condition("pid = {0}", pid)));
            assertThatThrownBy(copy::endCopy).isInstanceOf(SQLException.class);
            frozen.abort(Runnable::run); // its session is gone, so a farewell would fail
            watch.execute("set idle_in_transaction_session_timeout = 0");
            watch.transaction(
                    tx -> tx.dsl().execute("lock table one in access exclusive mode nowait")); // nobody holds it
        }
    }
}
