package dev.berth.provisioner.rollout;

import dev.berth.provisioner.desired.Wish;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.schema.id.ContainerId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a plan is made from.
 *
 * @param place whether the account's place is ready
 * @param containers the live ones, and the latest run of each replica, oldest first
 * @param progress how the workload stood when it was last planned; null when it was not
 * @param checks what the checks of running containers have said; nothing of those that have none or were not asked so far
 * @param obstacle what the workload's first container waits for, in words; empty when it waits for nothing. Asked only then
 * @param now this machine's time
 */
public record Situation(
        Wish wish,
        Place place,
        List<Container> containers,
        @Nullable Progress progress,
        Map<ContainerId, Checked> checks,
        Supplier<Optional<String>> obstacle,
        Instant now) {
    public Situation {
        containers = List.copyOf(containers);
        checks = Map.copyOf(checks);
    }

    /** What was said of a container. */
    Checked checked(ContainerId container) {
        return checks.getOrDefault(container, Checked.NONE);
    }

    /** The account's place. */
    public enum Place {
        /** Not yet: nothing is launched. */
        WAITING,
        READY,
        /** The account is closed: everything stops. */
        CLOSING
    }
}
