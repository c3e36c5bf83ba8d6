package dev.berth.provisioner.rollout;

import dev.berth.provisioner.desired.Wish;
import dev.berth.provisioner.lifecycle.Container;
import java.time.Instant;
import java.util.List;

/**
 * What a plan is made from.
 *
 * @param place whether the account's place is ready
 * @param containers the live ones, and the latest run of each replica, oldest first
 * @param now this machine's time
 */
public record Situation(Wish wish, Place place, List<Container> containers, Instant now) {
    public Situation {
        containers = List.copyOf(containers);
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
