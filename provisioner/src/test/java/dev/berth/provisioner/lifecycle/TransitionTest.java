package dev.berth.provisioner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table of transitions. */
class TransitionTest {
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
}
