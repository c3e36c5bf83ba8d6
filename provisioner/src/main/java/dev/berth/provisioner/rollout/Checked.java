package dev.berth.provisioner.rollout;

import org.jspecify.annotations.Nullable;

/**
 * What the checks of a running container have said; null where it has no such check.
 *
 * @param live whether it works: one that fails is ended
 * @param ready whether it can be given work
 */
public record Checked(@Nullable Health live, @Nullable Health ready) {
    /** One without checks. */
    public static final Checked NONE = new Checked(null, null);

    /** What says whether it is ready: its readiness check, else its health check; null when it has neither. */
    @Nullable
    Health readiness() {
        return ready == null ? live : ready;
    }

    /** Whether it can be given work; one without checks can. */
    public boolean canWork() {
        Health said = readiness();
        return said == null || said.status() == Health.Status.PASSING;
    }

    /** Whether it is to be ended. */
    boolean dead() {
        return live != null && live.status() == Health.Status.FAILING;
    }
}
