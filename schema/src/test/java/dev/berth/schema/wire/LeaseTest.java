package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.schema.Service;
import dev.berth.schema.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parts")
class LeaseTest {
    private static TestDatabase database;
    private static Wire wire;

    @BeforeAll
    static void open() {
        database = TestDatabase.fresh(Service.METERING);
        // the machine's clock is far off on purpose: only the database's counts
        wire = new Wire(Service.METERING, "", database.dataSource(), () -> Instant.EPOCH, new SimpleMeterRegistry());
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @BeforeEach
    void clean() {
        database.dsl().execute("truncate lease");
    }

    @Test
    void oneHoldsAndTheOtherWaits() {
        Lease first = lease(Duration.ofMinutes(1));
        Lease second = lease(Duration.ofMinutes(1));
        assertThat(first.hold()).hasValue(1);
        assertThat(second.hold()).isEmpty();
        assertThat(first.hold()).as("renewing keeps the number").hasValue(1);
    }

    @Test
    void theFenceGrowsWithEveryChangeOfHolder() {
        Lease first = lease(Duration.ofMinutes(1));
        Lease second = lease(Duration.ofMinutes(1));
        assertThat(first.hold()).hasValue(1);
        expire();
        assertThat(second.hold()).hasValue(2);
        assertThat(first.hold()).isEmpty();
        expire();
        assertThat(first.hold()).hasValue(3);
    }

    @Test
    void aHolderThatIsLateButAloneKeepsItsNumber() {
        Lease only = lease(Duration.ofMinutes(1));
        assertThat(only.hold()).hasValue(1);
        expire();
        assertThat(only.hold()).hasValue(1);
    }

    @Test
    void aReleasedLeaseIsFreeAtOnce() {
        Lease first = lease(Duration.ofMinutes(1));
        Lease second = lease(Duration.ofMinutes(1));
        first.hold();
        first.release();
        assertThat(second.hold()).hasValue(2);
        first.release();
        assertThat(second.hold()).as("nobody gives back what is not his").hasValue(2);
        second.release();
        assertThat(second.hold()).as("given back and taken again is a change").hasValue(3);
    }

    @Test
    void aLeaseEndsByItself() {
        Lease first = lease(Duration.ofMillis(200));
        Lease second = lease(Duration.ofMillis(200));
        first.hold();
        await().atMost(Duration.ofSeconds(5)).until(() -> second.hold().isPresent());
    }

    @Test
    void aHolderThatWasReplacedIsFenced() {
        Lease first = lease(Duration.ofMinutes(1));
        Lease second = lease(Duration.ofMinutes(1));
        long fence = first.hold().orElseThrow();
        assertThatCode(() -> inTransaction(first, fence)).doesNotThrowAnyException();
        expire();
        second.hold();
        assertThatThrownBy(() -> inTransaction(first, fence)).isInstanceOf(Lease.Fenced.class);
        assertThatThrownBy(() -> inTransaction(first, 2))
                .as("the right number in the wrong hands")
                .isInstanceOf(Lease.Fenced.class);
        assertThatThrownBy(() -> inTransaction(new Lease(wire, "another", Duration.ofMinutes(1)), 1))
                .isInstanceOf(Lease.Fenced.class);
    }

    @Test
    void aCheckedTransactionEndsBeforeTheLeaseChangesHands() throws Exception {
        Lease first = lease(Duration.ofMinutes(1));
        Lease second = lease(Duration.ofMinutes(1));
        long fence = first.hold().orElseThrow();
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<OptionalLong> taken = database.dsl().transactionResult(configuration -> {
                first.check(configuration.dsl(), fence);
                expireInside(configuration.dsl());
                Future<OptionalLong> attempt = thread.submit(second::hold);
                configuration.dsl().execute("select pg_sleep(0.2)");
                assertThat(attempt.isDone()).isFalse();
                return attempt;
            });
            assertThat(taken.get()).hasValue(2);
        }
    }

    @Test
    void ofManyAtOnceExactlyOneHolds() throws Exception {
        List<Callable<OptionalLong>> contenders = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            contenders.add(lease(Duration.ofMinutes(1))::hold);
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            int holders = 0;
            for (Future<OptionalLong> each : threads.invokeAll(contenders)) {
                holders += each.get().isPresent() ? 1 : 0;
            }
            assertThat(holders).isEqualTo(1);
        }
    }

    private static Lease lease(Duration term) {
        return new Lease(wire, "loop", term);
    }

    private static void inTransaction(Lease lease, long fence) {
        database.dsl().transaction(configuration -> lease.check(configuration.dsl(), fence));
    }

    private static void expire() {
        expireInside(database.dsl());
    }

    private static void expireInside(org.jooq.DSLContext dsl) {
        dsl.execute("update lease set expires_at = clock_timestamp() - interval '1 second'");
    }
}
