package dev.berth.schema.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every parser of a module withstands what a fuzzer makes up; each module has a class of this kind. */
public abstract class FuzzedModule {
    private final long least;

    /**
     * The parsers of a module.
     *
     * @param least what it adds to the million of the whole build
     */
    protected FuzzedModule(long least) {
        this.least = least;
    }

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
                .isGreaterThanOrEqualTo(least);
    }
}
