package dev.berth.metering.inventory;

import static dev.berth.schema.db.metering.Tables.HOST_INVENTORY;

import dev.berth.schema.Topic;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Up to when everything is known: nothing that happened before the latest inventory of a host on a partition is still to come from there.
 * So it is the earliest of these over all hosts that have not retired, and over all partitions.
 *
 * @param seen when each host was last looked at, on each partition that has heard of it
 */
public record Progress(List<Seen> seen) {
    /** A host's latest inventory on a partition. */
    public record Seen(String host, int partition, Instant observedAt, boolean retired) {}

    public Progress {
        seen = seen.stream()
                .sorted(Comparator.comparing(Seen::host).thenComparingInt(Seen::partition))
                .toList();
    }

    /** As it stands; one statement. */
    public static Progress read(DSLContext dsl) {
        return new Progress(dsl.select(
                        HOST_INVENTORY.HOST,
                        HOST_INVENTORY.PARTITION,
                        HOST_INVENTORY.OBSERVED_AT,
                        HOST_INVENTORY.RETIRED)
                .from(HOST_INVENTORY)
                .fetch(row -> new Seen(row.value1(), row.value2(), row.value3(), row.value4())));
    }

    /**
     * The watermark; empty while a host that one partition knows was not yet read of on another, since what it did there may wait unread:
     * so it is before the first inventory, and while a topic is read anew. When all hosts have retired nothing runs, and it stands at
     * the last of them.
     */
    public Optional<Instant> watermark() {
        Map<String, Long> partitions = seen.stream().collect(Collectors.groupingBy(Seen::host, Collectors.counting()));
        return partitions.values().stream().allMatch(known -> known == Topic.PARTITIONS)
                ? slowest(seen)
                : Optional.empty();
    }

    private static Optional<Instant> slowest(List<Seen> seen) {
        Optional<Instant> slowest =
                seen.stream().filter(s -> !s.retired()).map(Seen::observedAt).min(Comparator.naturalOrder());
        return slowest.isPresent()
                ? slowest
                : seen.stream().map(Seen::observedAt).max(Comparator.naturalOrder());
    }

    /** The watermark of each partition, null where there was no inventory. */
    public Map<Integer, @Nullable Instant> byPartition() {
        Map<Integer, @Nullable Instant> watermarks = new TreeMap<>();
        for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
            int p = partition;
            watermarks.put(
                    p,
                    slowest(seen.stream().filter(s -> s.partition() == p).toList())
                            .orElse(null));
        }
        return watermarks;
    }

    /** Hosts that have not retired and were not looked at since an instant: they hold the watermark. */
    public List<Seen> silentSince(Instant instant) {
        Map<String, Seen> slowest = new TreeMap<>();
        for (Seen s : seen) {
            if (!s.retired() && s.observedAt().isBefore(instant)) {
                slowest.merge(s.host(), s, (a, b) -> a.observedAt().isAfter(b.observedAt()) ? b : a);
            }
        }
        return List.copyOf(slowest.values());
    }
}
