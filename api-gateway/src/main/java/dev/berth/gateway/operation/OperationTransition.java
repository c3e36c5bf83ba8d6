package dev.berth.gateway.operation;

import static dev.berth.gateway.operation.OperationState.CANCELLED;
import static dev.berth.gateway.operation.OperationState.FAILED;
import static dev.berth.gateway.operation.OperationState.RUNNING;
import static dev.berth.gateway.operation.OperationState.SUCCEEDED;
import static dev.berth.gateway.operation.OperationState.SUPERSEDED;
import static dev.berth.gateway.operation.OperationState.TIMED_OUT;

import java.util.Arrays;
import java.util.List;

/**
 * How a step of an operation goes from state to state: the repository writes no other, and the diagram in {@code STATES.md} is made
 * from it. The operation is as that of its steps that tells most.
 *
 * @param by who decides it, a class
 * @param when in words
 */
record OperationTransition(OperationState from, OperationState to, String by, String when) {
    /** All of them. */
    static final List<OperationTransition> TABLE = List.of(
            new OperationTransition(RUNNING, SUCCEEDED, "Progress and its like", "things are as they were asked for"),
            new OperationTransition(RUNNING, FAILED, "Progress and its like", "it could not be done"),
            new OperationTransition(RUNNING, TIMED_OUT, "Operations", "it was not through by its deadline"),
            new OperationTransition(RUNNING, SUPERSEDED, "OperationBook", "a later change of the same thing"),
            new OperationTransition(RUNNING, CANCELLED, "Operations", "somebody took it back"),
            new OperationTransition(SUPERSEDED, CANCELLED, "Operations", "what took its place was its own undoing"));

    /** The states from which a step leads to one. */
    static List<OperationState> before(OperationState to) {
        return TABLE.stream()
                .filter(step -> step.to == to)
                .map(OperationTransition::from)
                .toList();
    }

    /** The table as a Mermaid state diagram. */
    static String diagram() {
        StringBuilder out = new StringBuilder("stateDiagram-v2\n    [*] --> running\n");
        TABLE.forEach(step -> out.append("    %s --> %s: %s\n".formatted(step.from.text(), step.to.text(), step.when)));
        Arrays.stream(OperationState.values())
                .filter(OperationState::isOver)
                .forEach(state -> out.append("    %s --> [*]\n".formatted(state.text())));
        return out.toString();
    }
}
