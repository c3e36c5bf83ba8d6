package dev.berth.gateway.quota;

import java.util.LinkedHashMap;
import java.util.Map;

/** What something takes of a quota: containers, thousandths of a core, MiB. Never negative. */
public record Amount(long containers, long cpuMillis, long memoryMib) {
    /** Nothing. */
    public static final Amount NONE = new Amount(0, 0, 0);

    public Amount {
        if (containers < 0 || cpuMillis < 0 || memoryMib < 0) {
            throw new IllegalArgumentException("an amount is not negative: %d containers, %d m, %d MiB"
                    .formatted(containers, cpuMillis, memoryMib));
        }
    }

    /** Replicas of a size. */
    public static Amount of(int replicas, int cpuMillis, int memoryMib) {
        return new Amount(replicas, (long) replicas * cpuMillis, (long) replicas * memoryMib);
    }

    /** Both together. */
    public Amount plus(Amount other) {
        return new Amount(containers + other.containers, cpuMillis + other.cpuMillis, memoryMib + other.memoryMib);
    }

    /** By the names of the API, in the order of the API. */
    public Map<String, Long> members() {
        Map<String, Long> members = new LinkedHashMap<>();
        members.put("containers", containers);
        members.put("cpu_millis", cpuMillis);
        members.put("memory_mib", memoryMib);
        return members;
    }
}
