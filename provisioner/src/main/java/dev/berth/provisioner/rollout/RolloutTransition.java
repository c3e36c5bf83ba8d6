package dev.berth.provisioner.rollout;

import static dev.berth.schema.rollout.RolloutState.AWAITING;
import static dev.berth.schema.rollout.RolloutState.COMPLETE;
import static dev.berth.schema.rollout.RolloutState.FAILED;
import static dev.berth.schema.rollout.RolloutState.PAUSED;
import static dev.berth.schema.rollout.RolloutState.PROGRESSING;
import static dev.berth.schema.rollout.RolloutState.ROLLED_BACK;

import dev.berth.provisioner.StateTable;
import dev.berth.schema.rollout.RolloutState;
import java.util.List;

/** How a rollout goes from state to state; {@link Progress#in} holds to it, but for a new rollout, which takes the place of any. */
public final class RolloutTransition {
    private static final String PLAN = "Rollout";
    private static final String WISH = "Progress";
    private static final String ANOTHER = "another revision or run is wished";
    private static final String DONE = "all replicas are of the revision, and were ready";
    private static final String BACK = "it failed, and there is a revision to go back to";
    private static final String LOST = "it failed, and there is none, or its owner wants no going back";

    /** All of them. */
    public static final StateTable<RolloutState> TABLE = new StateTable<>(
            "a rollout",
            PROGRESSING,
            List.of(
                    step(PROGRESSING, PAUSED, PLAN, "its owner paused it"),
                    step(PROGRESSING, AWAITING, PLAN, "new ones are ready beside the old, and its owner is to say"),
                    step(PROGRESSING, COMPLETE, PLAN, DONE),
                    step(PROGRESSING, ROLLED_BACK, PLAN, BACK),
                    step(PROGRESSING, FAILED, PLAN, LOST),
                    step(PAUSED, PROGRESSING, PLAN, "its owner lets it go on, or " + ANOTHER),
                    step(PAUSED, AWAITING, PLAN, "its owner lets it go on, and new ones are ready"),
                    step(PAUSED, COMPLETE, PLAN, DONE),
                    step(PAUSED, ROLLED_BACK, PLAN, BACK),
                    step(PAUSED, FAILED, PLAN, LOST),
                    step(
                            AWAITING,
                            PROGRESSING,
                            PLAN,
                            "its owner promoted it, or new ones are not ready any more, or " + ANOTHER),
                    step(AWAITING, PAUSED, PLAN, "its owner paused it"),
                    step(AWAITING, COMPLETE, PLAN, DONE),
                    step(AWAITING, ROLLED_BACK, PLAN, BACK),
                    step(AWAITING, FAILED, PLAN, LOST),
                    step(COMPLETE, PROGRESSING, WISH, ANOTHER),
                    step(COMPLETE, FAILED, PLAN, "what is wished now of the same revision can never be launched"),
                    step(ROLLED_BACK, PROGRESSING, WISH, ANOTHER),
                    step(FAILED, COMPLETE, PLAN, "it became ready after all"),
                    step(FAILED, ROLLED_BACK, PLAN, "its owner wants it to go back after all"),
                    step(FAILED, PROGRESSING, WISH, ANOTHER)));

    private RolloutTransition() {}

    private static StateTable.Step<RolloutState> step(RolloutState from, RolloutState to, String by, String when) {
        return new StateTable.Step<>(from, to, by, when);
    }
}
