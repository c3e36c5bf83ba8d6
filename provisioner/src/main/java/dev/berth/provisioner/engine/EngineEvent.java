package dev.berth.provisioner.engine;

import dev.berth.schema.id.ContainerId;

/** Something happened to a container: a hint to look at it, never a fact. */
public record EngineEvent(ContainerId container, Action action) {
    /** What happened, as far as it matters. */
    public enum Action {
        STARTED,
        ENDED,
        /** Somebody sent it a signal through the engine. */
        SIGNALLED,
        OTHER
    }
}
