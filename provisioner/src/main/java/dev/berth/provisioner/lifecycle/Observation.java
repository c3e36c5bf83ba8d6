package dev.berth.provisioner.lifecycle;

import dev.berth.provisioner.engine.Seen;
import dev.berth.schema.container.StopReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a look at the engine means for a container. Pure; see {@link #of}. */
public sealed interface Observation {
    /** Nothing new. */
    record Nothing() implements Observation {}

    /** It started. */
    record Started(String engineId, Instant startedAt) implements Observation {}

    /**
     * It ended; {@code startIsNews} when its start had not been told yet.
     *
     * @param exitCode null where the engine gives none
     * @param provenUntil up to when it is proven that it ran, where the engine's end cannot be true; null where it can
     */
    record Ended(
            String engineId,
            Instant startedAt,
            Instant finishedAt,
            @Nullable Integer exitCode,
            boolean oomKilled,
            StopReason reason,
            boolean startIsNews,
            @Nullable Instant provenUntil)
            implements Observation {}

    /** It had run and is gone: when it ended cannot be known, so no stop is told. The inventory bounds its use. */
    record Lost() implements Observation {}

    /** Exit code of a process that SIGKILL ended, which is how the kernel ends one for want of memory. */
    int KILLED = 137;

    /**
     * Compares a row with what the engine shows.
     *
     * @param seen null when the engine has no such container
     * @param evidence what else is known of an end
     */
    static Observation of(Container container, @Nullable Seen seen, Evidence evidence) {
        if (container.state().over()) {
            return new Nothing();
        }
        Instant known = container.life().startedAt();
        if (seen == null) {
            return known == null ? new Nothing() : new Lost();
        }
        Instant startedAt = seen.startedAt();
        if (startedAt == null) {
            return new Nothing();
        }
        if (known != null && !known.equals(startedAt)) {
            return restarted(seen, known, startedAt);
        }
        if (seen.running()) {
            return known == null ? new Started(seen.engineId(), startedAt) : new Nothing();
        }
        Instant finishedAt = seen.finishedAt();
        if (finishedAt == null) {
            return known == null ? new Started(seen.engineId(), startedAt) : new Nothing();
        }
        Instant end = finishedAt.isBefore(startedAt) ? startedAt : finishedAt;
        return new Ended(
                seen.engineId(),
                startedAt,
                end,
                seen.exitCode(),
                seen.oomKilled(),
                reason(container, seen, end, evidence),
                known == null,
                evidence.provenUntil(startedAt, end));
    }

    /** One id is one run: what was started again behind our back ended with its first run, and is stopped. */
    private static Observation restarted(Seen seen, Instant first, Instant second) {
        Instant finishedAt = seen.finishedAt();
        if (finishedAt == null || finishedAt.isBefore(first) || finishedAt.isAfter(second)) {
            return new Lost();
        }
        return new Ended(seen.engineId(), first, finishedAt, null, false, StopReason.PLATFORM, false, null);
    }

    /** The end is the engine's time and the intention ours by its host's clock, which we know to a moment only. */
    private static StopReason reason(Container container, Seen seen, Instant end, Evidence evidence) {
        Container.Stopping stopping = container.stopping();
        if (stopping != null && !end.isBefore(stopping.intendedAt().minus(Evidence.TOLERANCE))) {
            return stopping.reason();
        }
        if (seen.oomKilled() && Integer.valueOf(KILLED).equals(seen.exitCode())) {
            return StopReason.OOM_KILLED;
        }
        return evidence.blamesPlatform(end) ? StopReason.PLATFORM : StopReason.EXITED;
    }
}
