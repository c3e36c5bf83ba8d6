package dev.berth.launcher.ring;

import dev.berth.launcher.child.Child;
import dev.berth.launcher.child.StopSignal;
import dev.berth.launcher.data.RunState;
import java.time.Duration;
import java.util.List;

/** Ends what a launcher that was killed has left running: services first, the database last. */
public final class LeftOvers {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private LeftOvers() {}

    /** The parts of that run which still run, in the order of starting. */
    public static List<RunState.PartState> of(RunState state) {
        return state.parts().stream().filter(RunState.PartState::alive).toList();
    }

    /** Ends them. */
    public static void stop(RunState state, Progress progress) {
        for (RunState.PartState part : of(state).reversed()) {
            StopSignal signal = part.name().equals("postgresql") ? StopSignal.INT : StopSignal.TERM;
            if (part.process() != null) {
                boolean byItself = Child.stop(part.process(), signal, LIMIT);
                progress.say(
                        part.name(),
                        "left over by a launcher that was killed (pid %d): %s"
                                .formatted(part.process().pid(), byItself ? "stopped" : "ended"));
            }
        }
    }
}
