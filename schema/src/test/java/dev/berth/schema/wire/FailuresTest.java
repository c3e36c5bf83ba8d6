package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"08000", "08006", "53100", "53300", "57014", "57P01", "57P03", "40001", "40P01", "25P03", "25006"
            })
    void aFailureOfTheSurroundingsPasses(String state) {
        assertThat(Failures.isTransient(new DataAccessException("select", new SQLException("it", state))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"23505", "23514", "22001", "22P02", "42P01", "25P02", "", "5"})
    void aFailureOfTheThingItselfStays(String state) {
        assertThat(Failures.isTransient(new DataAccessException("insert", new SQLException("it", state))))
                .isFalse();
    }

    @Test
    void kafkaAndThePoolAreSurroundings() {
        assertThat(Failures.isTransient(new IllegalStateException(new TimeoutException("later"))))
                .isTrue();
        assertThat(Failures.isTransient(new SQLTransientConnectionException("the pool is empty")))
                .isTrue();
        assertThat(Failures.isTransient(new Lease.Fenced("another"))).isTrue();
        assertThat(Failures.isTransient(new IllegalStateException("a defect"))).isFalse();
        assertThat(Failures.isTransient(new SQLException("no state"))).isFalse();
    }

    @Test
    void aLoopOfCausesEnds() {
        RuntimeException first = new RuntimeException("first");
        first.initCause(new RuntimeException("second", first));
        assertThat(Failures.isTransient(first)).isFalse();
        assertThat(Failures.textOf(first)).startsWith("RuntimeException: first ← RuntimeException: second");
    }

    @Test
    void theTextIsWhatTheDatabaseSaysAndNotTheStatement() {
        assertThat(Failures.textOf(new DataAccessException("SQL [insert into a lot]", new SQLException("no\n  room"))))
                .isEqualTo("SQLException: no room");
        assertThat(Failures.textOf(new IllegalStateException("x".repeat(10_000))))
                .hasSize(2_001);
    }
}
