package dev.berth.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.testing.Fuzzer;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every parser of this module withstands what a fuzzer makes up. */
class FuzzedTest {
    /** What this module adds to the million of the whole build. */
    private static final long LEAST = 120_000;

    @Test
    void whatFoundAFaultBeforeDoesNotAgain() throws Exception {
        assertThat(Fuzzer.replay()).as("inputs that are kept").isPositive();
    }

    @Test
    @Tag("fuzz")
    void everyParserHasItsExecutionsWithoutAFault() {
        Map<String, Long> executions = Fuzzer.run();
        assertThat(executions)
                .containsOnlyKeys(Fuzzer.targets())
                .allSatisfy((name, count) -> assertThat(count)
                        .as(name)
                        .isGreaterThanOrEqualTo(Fuzzer.target(name).executions()));
        assertThat(executions.values().stream().mapToLong(Long::longValue).sum())
                .isGreaterThanOrEqualTo(LEAST);
    }
}
