package dev.berth.provisioner.lifecycle;

import static dev.berth.provisioner.lifecycle.ContainerState.FAILED;
import static dev.berth.provisioner.lifecycle.ContainerState.PENDING;
import static dev.berth.provisioner.lifecycle.ContainerState.PULLING;
import static dev.berth.provisioner.lifecycle.ContainerState.RUNNING;
import static dev.berth.provisioner.lifecycle.ContainerState.STARTING;
import static dev.berth.provisioner.lifecycle.ContainerState.STOPPED;
import static dev.berth.provisioner.lifecycle.ContainerState.STOPPING;

import java.util.List;

/**
 * A step in the life of a container: who takes it and when. Each pair of states has one owner.
 *
 * @param when in words, for the diagram
 */
public record Transition(ContainerState from, ContainerState to, Owner owner, String when) {
    /** Who takes a step. */
    public enum Owner {
        /** Decides from wishes; calls no engine. */
        PLANNER,
        /** Makes and starts containers. */
        LAUNCHER,
        /** Reads the engine's State and tells facts. */
        OBSERVER
    }

    /** All of them. The reaper of each transient state is the owner of its last line here. */
    public static final List<Transition> TABLE = List.of(
            new Transition(PENDING, PULLING, Owner.LAUNCHER, "image not on the host"),
            new Transition(PENDING, STARTING, Owner.LAUNCHER, "image pinned"),
            new Transition(PENDING, STOPPED, Owner.PLANNER, "wish withdrawn"),
            new Transition(PENDING, FAILED, Owner.LAUNCHER, "refused, or deadline"),
            new Transition(PULLING, STARTING, Owner.LAUNCHER, "image pinned"),
            new Transition(PULLING, STOPPED, Owner.PLANNER, "wish withdrawn"),
            new Transition(PULLING, FAILED, Owner.LAUNCHER, "no image, or deadline"),
            new Transition(STARTING, RUNNING, Owner.OBSERVER, "State.StartedAt known"),
            new Transition(STARTING, STOPPED, Owner.OBSERVER, "ran and ended already"),
            new Transition(STARTING, STOPPING, Owner.PLANNER, "wish withdrawn"),
            new Transition(STARTING, FAILED, Owner.LAUNCHER, "cannot run, or deadline"),
            new Transition(RUNNING, STOPPING, Owner.PLANNER, "stop, replace, suspend, max runtime"),
            new Transition(RUNNING, STOPPED, Owner.OBSERVER, "State.FinishedAt known, or gone"),
            new Transition(STOPPING, STOPPED, Owner.OBSERVER, "State.FinishedAt known, gone, or never ran"));

    /** Whether a step is in the table. */
    public static boolean allowed(ContainerState from, ContainerState to) {
        return TABLE.stream().anyMatch(transition -> transition.from == from && transition.to == to);
    }

    /**
     * Refuses a step that is not in the table.
     *
     * @throws IllegalStateException if it is not
     */
    public static void check(ContainerState from, ContainerState to) {
        if (!allowed(from, to)) {
            throw new IllegalStateException("a container does not go from %s to %s".formatted(from.text(), to.text()));
        }
    }

    /** The table as a Mermaid state diagram. */
    public static String diagram() {
        StringBuilder out = new StringBuilder("stateDiagram-v2\n    [*] --> pending: planner, a row before any call\n");
        for (Transition step : TABLE) {
            out.append("    %s --> %s: %s, %s%n"
                    .formatted(
                            step.from.text(),
                            step.to.text(),
                            step.owner.name().toLowerCase(java.util.Locale.ROOT),
                            step.when));
        }
        return out.append("    stopped --> [*]\n    failed --> [*]\n").toString();
    }
}
