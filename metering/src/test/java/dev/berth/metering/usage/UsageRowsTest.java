package dev.berth.metering.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.metering.edge.Refusal;
import dev.berth.metering.usage.Buckets.Grouping;
import dev.berth.metering.window.Quantity;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class UsageRowsTest {
    private final Map<String, Quantity> rows = new TreeMap<>(Map.of(
            "wl_a", Quantity.of(5, 250, 256, 0),
            "wl_b", Quantity.of(50, 1000, 1024, 0),
            "wl_c", Quantity.of(7, 500, 512, 0),
            "wl_d", Quantity.of(70, 250, 256, 0)));

    @Test
    void theSmallestOfTooManyWorkloadsAreSummedInOneRow() {
        Map<String, Quantity> kept = UsageHttp.atMost(3, rows, Grouping.WORKLOAD);
        assertThat(kept).containsOnlyKeys("wl_b", "wl_d", "other");
        assertThat(kept.get("other")).isEqualTo(Quantity.of(5, 250, 256, 0).plus(Quantity.of(7, 500, 512, 0)));
        assertThat(UsageHttp.atMost(4, rows, Grouping.CONTAINER)).isEqualTo(rows);
    }

    @Test
    void tooManyHoursAreRefusedSinceAShorterTimeHasFewer() {
        assertThatThrownBy(() -> UsageHttp.atMost(3, rows, Grouping.HOUR)).isInstanceOf(Refusal.class);
    }
}
