package dev.berth.provisioner.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.engine.Size;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private final Placement placement = new Placement(1000, 100);

    @Test
    void choosesTheHostWithTheMostFreeMemoryThenTheFirstByName() {
        HostView a = new HostView("a", 2, 1000, 0, 700);
        HostView b = new HostView("b", 2, 1000, 0, 100);
        assertThat(placement.place(Size.of(100, 200), List.of(a, b))).isEqualTo(new Placement.Decision.Placed("b"));
        HostView same = new HostView("c", 2, 1000, 0, 100);
        assertThat(placement.place(Size.of(100, 200), List.of(same, b))).isEqualTo(new Placement.Decision.Placed("b"));
    }

    @Test
    void aRefusalSaysWhichRuleOfWhichHostAndHowMuchIsMissing() {
        HostView a = new HostView("a", 2, 1000, 0, 700);
        HostView b = new HostView("b", 2, 5000, 19_950, 100);
        assertThat(placement.place(Size.of(100, 400), List.of(a, b)))
                .isEqualTo(new Placement.Decision.Refused(
                        "no_capacity",
                        "no host fits 100 millicores and 400 MiB: host a: 100 MiB more are needed than the 300 MiB that are left;"
                                + " host b: 50 more millicores are needed than the 50 that are left. Choose a smaller size, stop"
                                + " something, or ask the operator for more room"));
    }

    @Test
    void oneContainerCannotHaveMoreCoresThanItsHost() {
        assertThat(placement.place(Size.of(2001, 10), List.of(new HostView("a", 2, 1000, 0, 0))))
                .isInstanceOfSatisfying(
                        Placement.Decision.Refused.class,
                        refused -> assertThat(refused.message()).contains("it has 2000 millicores in all"));
    }

    @Test
    void withoutAHostNothingIsPlaced() {
        assertThat(placement.place(Size.of(1, 1), List.of()))
                .isInstanceOfSatisfying(
                        Placement.Decision.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo("no_host"));
    }
}
