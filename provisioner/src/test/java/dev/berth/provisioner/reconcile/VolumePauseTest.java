package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class VolumePauseTest {
    /** Each failure in a row waits at least as long as the one before, twice as long until the limit, and never longer than that. */
    @Property
    void growsUpToALimit(@ForAll @IntRange(min = 0, max = Integer.MAX_VALUE - 1) int failures) {
        Duration pause = VolumeDriver.pause(failures);
        Duration next = VolumeDriver.pause(failures + 1);
        assertThat(pause).isBetween(Duration.ofSeconds(15), Duration.ofMinutes(5));
        assertThat(next).isEqualTo(min(pause.multipliedBy(2), Duration.ofMinutes(5)));
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
