package dev.berth.gateway.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of the states of an operation, and STATES.md, which is made from it. */
class StatesTest {
    private static final Path DOCUMENT = Path.of("STATES.md");

    @Test
    void eachStepIsThereOnceAndEachEndIsReachedFromWhatGoesOn() {
        assertThat(OperationTransition.TABLE.stream().map(step -> step.from() + " " + step.to()))
                .doesNotHaveDuplicates();
        for (OperationState state : OperationState.values()) {
            assertThat(OperationTransition.before(state).contains(OperationState.RUNNING))
                    .as("%s", state)
                    .isEqualTo(state.isOver());
        }
    }

    /** Write it anew with {@code -Dberth.states.write=true}. */
    @Test
    void theDocumentShowsTheTable() throws IOException {
        String document = """
                # The states of the gateway

                This page is made by `dev.berth.gateway.operation.StatesTest` from the table in the code; change that, not this, and write it
                anew with `mvn -pl api-gateway test -Dtest=StatesTest -Dberth.states.write=true`.

                ## An operation

                The states are those of a step, which is about one workload or volume; an operation is as that of its steps that tells most,
                in the order running, failed, timed out, cancelled, superseded, succeeded.

                ```mermaid
                %s```

                | from | to | by | when |
                |---|---|---|---|
                %s""".formatted(
                        OperationTransition.diagram(),
                        OperationTransition.TABLE.stream()
                                .map(step -> "| `%s` | `%s` | %s | %s |\n"
                                        .formatted(step.from().text(), step.to().text(), step.by(), step.when()))
                                .collect(Collectors.joining()));
        if (Boolean.getBoolean("berth.states.write")) {
            Files.writeString(DOCUMENT, document);
        }
        assertThat(Files.readString(DOCUMENT)).isEqualTo(document);
    }
}
