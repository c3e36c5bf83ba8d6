package dev.berth.provisioner;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which steps lead from state to state of something, by whom and when: the code goes by it and the diagrams in {@code STATES.md} are made
 * from it. Each pair of states is there once. Immutable.
 *
 * @param what it is about, with its article
 * @param first the state in which it begins
 */
public record StateTable<S extends Enum<S>>(String what, S first, List<Step<S>> steps) {
    /**
     * One step.
     *
     * @param by who takes it, a class
     * @param when in words
     */
    public record Step<S extends Enum<S>>(S from, S to, String by, String when) {}

    /** With a copy of the list. */
    public StateTable {
        steps = List.copyOf(steps);
    }

    /** Whether a step is in the table, or leads nowhere. */
    public boolean allows(S from, S to) {
        return from == to || steps.stream().anyMatch(step -> step.from == from && step.to == to);
    }

    /**
     * Refuses a step that is not in the table.
     *
     * @throws IllegalStateException if it is not
     */
    public void check(S from, S to) {
        if (!allows(from, to)) {
            throw new IllegalStateException("%s does not go from %s to %s".formatted(what, text(from), text(to)));
        }
    }

    /** The states from which a step leads to one, by their names in the database. */
    public Set<String> before(S to) {
        return steps.stream()
                .filter(step -> step.to == to)
                .map(step -> text(step.from))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The table as a Mermaid state diagram; what nothing leads out of is an end. */
    public String diagram() {
        StringBuilder out = new StringBuilder("stateDiagram-v2\n    [*] --> %s\n".formatted(text(first)));
        steps.forEach(step -> out.append("    %s --> %s: %s\n".formatted(text(step.from), text(step.to), step.when)));
        for (S state : first.getDeclaringClass().getEnumConstants()) {
            if (steps.stream().noneMatch(step -> step.from == state)) {
                out.append("    %s --> [*]\n".formatted(text(state)));
            }
        }
        return out.toString();
    }

    private static String text(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
