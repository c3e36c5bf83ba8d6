package dev.berth.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.lifecycle.Transition;
import dev.berth.provisioner.rollout.RolloutTransition;
import dev.berth.provisioner.tenant.TenantState;
import dev.berth.provisioner.volume.VolumeState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of states, and STATES.md, which is made from them. */
class StatesTest {
    private static final Path DOCUMENT = Path.of("STATES.md");

    static Stream<StateTable<?>> tables() {
        return Stream.of(RolloutTransition.TABLE, VolumeState.TABLE, TenantState.TABLE);
    }

    @ParameterizedTest
    @MethodSource("tables")
    <S extends Enum<S>> void eachStepIsThereOnceAndEachStateCanBeReached(StateTable<S> table) {
        assertThat(table.steps().stream().map(step -> step.from() + " " + step.to()))
                .doesNotHaveDuplicates();
        Set<S> reached = new HashSet<>(Set.of(table.first()));
        for (int i = 0; i < table.steps().size(); i++) {
            table.steps().stream()
                    .filter(step -> reached.contains(step.from()))
                    .forEach(step -> reached.add(step.to()));
        }
        assertThat(reached)
                .containsExactlyInAnyOrder(table.first().getDeclaringClass().getEnumConstants());
    }

    @Test
    void aStepThatIsNotInTheTableIsRefused() {
        assertThatThrownBy(() -> VolumeState.TABLE.check(VolumeState.DESTROYED, VolumeState.READY))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a volume does not go from destroyed to ready");
        assertThat(TenantState.TABLE.before(TenantState.CLOSING)).containsExactlyInAnyOrder("provisioning", "ready");
    }

    /** Write it anew with {@code -Dberth.states.write=true}. */
    @Test
    void theDocumentShowsTheTables() throws IOException {
        String document = """
                # The states of the provisioner

                This page is made by `dev.berth.provisioner.StatesTest` from the tables in the code; change those, not this, and write it anew
                with `mvn -pl provisioner test -Dtest=StatesTest -Dberth.states.write=true`.

                ## A container

                One container is one run: it starts once and stops once. One that its owner has paused is running.

                ```mermaid
                %s```

                | state | rank | lasts at most | means |
                |---|---|---|---|
                %s
                ## A rollout

                Of a service or machine from one revision or run to the next; a job has runs instead.

                %s
                ## A volume

                %s
                ## A tenant

                The place of an account. It may take %d min to be made and %d min to be removed before the operator is told.

                %s""".formatted(
                        Transition.diagram(),
                        containers(),
                        section(RolloutTransition.TABLE),
                        section(VolumeState.TABLE),
                        TenantState.PROVISIONING_AT_MOST.toMinutes(),
                        TenantState.CLOSING_AT_MOST.toMinutes(),
                        section(TenantState.TABLE));
        if (Boolean.getBoolean("berth.states.write")) {
            Files.writeString(DOCUMENT, document);
        }
        assertThat(Files.readString(DOCUMENT)).isEqualTo(document);
    }

    private static <S extends Enum<S>> String section(StateTable<S> table) {
        StringBuilder rows = new StringBuilder(
                "```mermaid\n%s```\n\n| from | to | by | when |\n|---|---|---|---|\n".formatted(table.diagram()));
        table.steps()
                .forEach(step -> rows.append("| `%s` | `%s` | %s | %s |\n"
                        .formatted(text(step.from()), text(step.to()), step.by(), step.when())));
        return rows.toString();
    }

    private static String text(Enum<?> state) {
        return state.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static String containers() {
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
