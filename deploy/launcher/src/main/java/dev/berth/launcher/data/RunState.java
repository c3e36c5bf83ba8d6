package dev.berth.launcher.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the launcher last did: the record that {@code status}, {@code down} and the next {@code up} read.
 *
 * @param launcher the process that supervises
 * @param phase how far it is
 * @param failure why the start failed; null unless the phase is {@code FAILED}
 * @param bind the address of the gateway
 * @param port the gateway's port; the others follow it
 * @param parts every part, in the order of starting
 */
public record RunState(
        ProcessIdentity launcher, Phase phase, @Nullable String failure, String bind, int port, List<PartState> parts) {

    /** Copies the list. */
    public RunState {
        parts = List.copyOf(parts);
    }

    /** The stages of one run, in order; {@code FAILED} and {@code STOPPED} end it. */
    public enum Phase {
        STARTING,
        READY,
        STOPPING,
        STOPPED,
        FAILED
    }

    /**
     * One part.
     *
     * @param name its name, also that of its log
     * @param process its process; null when it does not run, or is not ours
     * @param port where it listens on loopback; 0 when it is not ours
     * @param restarts how often the supervisor had to start it again
     */
    public record PartState(String name, @Nullable ProcessIdentity process, int port, int restarts) {
        /** Whether its process runs. */
        public boolean alive() {
            return process != null && process.alive();
        }
    }

    /** Whether the supervising process runs. */
    public boolean supervised() {
        return launcher.alive();
    }
}
