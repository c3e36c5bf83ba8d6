package dev.berth.provisioner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.provisioner.Refusal;
import dev.berth.provisioner.lifecycle.SimulatedUseHttp.Use;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of a container that never was. */
class SimulatedUseTest {
    private static final Instant START = Instant.parse("2025-01-10T08:00:00.123456Z");
    private static final Instant STOP = Instant.parse("2025-01-10T18:00:00Z");

    private final AccountId account = AccountId.next();
    private final WorkloadId workload = WorkloadId.next();
    private final Use use = new Use(workload, 1_000, 1_024, START, STOP);

    @Test
    void oneFactIsTheWholeInterval() {
        ContainerStopped fact = SimulatedUseHttp.fact(account, use, "key");
        assertThat(fact.startedAt()).isEqualTo(Instant.parse("2025-01-10T08:00:00.123Z"));
        assertThat(fact.finishedAt()).isEqualTo(STOP);
        assertThat(fact.host()).as("who reads the evidence sees that none ran").isEqualTo("test-clock");
        assertThat(fact.workload()).isEqualTo(workload);
        assertThat(fact.sequence()).isEqualTo(1);
        assertThat(fact.provenUntil()).isNull();
    }

    @Test
    void aRequestThatIsRepeatedIsTheSameContainerAndAnotherIsNot() {
        ContainerStopped fact = SimulatedUseHttp.fact(account, use, "key");
        assertThat(SimulatedUseHttp.fact(account, use, "key")).isEqualTo(fact);
        assertThat(SimulatedUseHttp.fact(account, use, "other").container()).isNotEqualTo(fact.container());
        assertThat(SimulatedUseHttp.fact(AccountId.next(), use, "key").container())
                .isNotEqualTo(fact.container());
    }

    @Test
    void refusesWhatCannotHaveRun() {
        for (Use wrong : List.of(
                new Use(null, 1_000, 1_024, START, STOP),
                new Use(workload, null, 1_024, START, STOP),
                new Use(workload, 0, 1_024, START, STOP),
                new Use(workload, 1_000, 0, START, STOP),
                new Use(workload, 1_000, 1_024, null, STOP),
                new Use(workload, 1_000, 1_024, START, null),
                new Use(workload, 1_000, 1_024, STOP, START),
                new Use(workload, 1_000, 1_024, START, START))) {
            assertThatThrownBy(() -> SimulatedUseHttp.fact(account, wrong, "key"))
                    .as("%s", wrong)
                    .isInstanceOf(Refusal.class);
        }
    }
}
