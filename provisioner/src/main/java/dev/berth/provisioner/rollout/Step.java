package dev.berth.provisioner.rollout;

import dev.berth.provisioner.engine.Size;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.ContainerId;
import java.util.List;

/** One thing to do about a workload. */
public sealed interface Step {
    /** Begin a new container of a replica. */
    record Launch(Container.Turn turn) implements Step {
        /** One that no launch failed before. */
        Launch(int replica, int attempt) {
            this(new Container.Turn(replica, attempt, 0));
        }
    }

    /** Say that a replica is not launched. */
    record Refuse(Container.Turn turn, Container.Note why) implements Step {}

    /** Begin to end a container. */
    record Stop(ContainerId container, StopReason reason) implements Step {}

    /** Give a running container other limits. */
    record Resize(ContainerId container, Size size) implements Step {}

    /** Say why an ended container is as it is, and when its successor starts. */
    record Remark(ContainerId container, Container.Note note) implements Step {}

    /** Freeze a running container as it is, or let it go on. */
    record Freeze(ContainerId container, boolean paused) implements Step {}

    /** Say with a note on one container what others that are over no longer have to be looked at for. */
    record Settle(ContainerId by, Container.Note note, List<ContainerId> others) implements Step {
        /** With a copy of the list. */
        public Settle {
            others = List.copyOf(others);
        }
    }

    /** Nothing is left of a withdrawn workload. */
    record Gone() implements Step {}
}
