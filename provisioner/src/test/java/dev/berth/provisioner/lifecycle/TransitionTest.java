package dev.berth.provisioner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table of transitions, and the diagram in STATES.md that is made from it. */
class TransitionTest {
    private static final Path DOCUMENT = Path.of("STATES.md");

    @Test
    void statesOnlyGoForward() {
        assertThat(Transition.TABLE)
                .allSatisfy(step ->
                        assertThat(step.from().rank()).isLessThan(step.to().rank()));
    }

    @Test
    void everyStepIsListedOnce() {
        assertThat(Transition.TABLE.stream()
                        .map(step -> step.from() + " " + step.to())
                        .distinct())
                .hasSameSizeAs(Transition.TABLE);
    }

    @Test
    void whatIsOverHasNoWayOutAndEverythingElseLeadsThere() {
        for (ContainerState state : ContainerState.values()) {
            boolean leaves = Transition.TABLE.stream().anyMatch(step -> step.from() == state);
            assertThat(leaves).as("steps out of %s", state).isEqualTo(!state.over());
        }
        Set<ContainerState> ends = EnumSet.of(ContainerState.STOPPED, ContainerState.FAILED);
        for (ContainerState state : ContainerState.live()) {
            assertThat(reachable(state)).containsAnyElementsOf(ends);
        }
    }

    private static Set<ContainerState> reachable(ContainerState from) {
        Set<ContainerState> seen = EnumSet.of(from);
        boolean grew = true;
        while (grew) {
            grew = false;
            for (Transition step : Transition.TABLE) {
                if (seen.contains(step.from())) {
                    grew |= seen.add(step.to());
                }
            }
        }
        return seen;
    }

    @Test
    void everyTransientStateHasADeadlineAndAnOwnerWhoEndsIt() {
        for (ContainerState state : ContainerState.live()) {
            if (state == ContainerState.RUNNING) {
                assertThat(state.deadline()).isNull();
            } else {
                assertThat(state.deadline()).as("deadline of %s", state).isNotNull();
                assertThat(Transition.TABLE.stream()
                                .filter(step ->
                                        step.from() == state && step.to().over()))
                        .as("ways to end %s", state)
                        .isNotEmpty();
            }
        }
    }

    @Test
    void ranksAreOnesThatAreInDatabasesAlready() {
        assertThat(Arrays.stream(ContainerState.values()).map(ContainerState::rank))
                .containsExactly(10, 20, 30, 40, 50, 60, 70);
    }

    @Test
    void aStepThatIsNotInTheTableIsRefused() {
        assertThatThrownBy(() -> Transition.check(ContainerState.STOPPED, ContainerState.RUNNING))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a container does not go from stopped to running");
    }

    /** Write it anew with {@code -Dberth.states.write=true}. */
    @Test
    void theDocumentShowsTheTable() throws IOException {
        String document = """
                # The states of a container

                One container is one run: it starts once and stops once. This page is made from
                `dev.berth.provisioner.lifecycle.Transition` by its test; write it anew with
                `mvn -pl provisioner test -Dtest=TransitionTest -Dberth.states.write=true`.

                ```mermaid
                %s```

                | state | rank | lasts at most | means |
                |---|---|---|---|
                %s""".formatted(Transition.diagram(), table());
        if (Boolean.getBoolean("berth.states.write")) {
            Files.writeString(DOCUMENT, document);
        }
        assertThat(Files.readString(DOCUMENT)).isEqualTo(document);
    }

    private static String table() {
        StringBuilder rows = new StringBuilder();
        for (ContainerState state : ContainerState.values()) {
            rows.append("| %s | %d | %s | %s |%n"
                    .formatted(
                            state.text(),
                            state.rank(),
                            state.deadline() == null
                                    ? "–"
                                    : (state == ContainerState.STOPPING ? "its grace and " : "")
                                            + state.deadline().toMinutes() + " min",
                            meaning(state)));
        }
        return rows.toString();
    }

    private static String meaning(ContainerState state) {
        return switch (state) {
            case PENDING -> "decided; the engine knows nothing of it";
            case PULLING -> "its image is being fetched";
            case STARTING -> "the engine was asked to make and start it";
            case RUNNING -> "it started, as the engine says, and its end is not known";
            case STOPPING -> "it is to end: first asked, then forced; past its deadline it is forced again and again";
            case STOPPED -> "it ended, or was withdrawn before it ran";
            case FAILED -> "it never ran";
        };
    }
}
