package dev.berth.gateway.quota;

import java.util.LinkedHashMap;
import java.util.Map;

/** What something takes of a quota: containers, thousandths of a core, MiB, volumes, GiB of volumes. Never negative. */
public record Amount(long containers, long cpuMillis, long memoryMib, long volumes, long volumeGib) {
    /** Nothing. */
    public static final Amount NONE = new Amount(0, 0, 0, 0, 0);

    public Amount {
        if (containers < 0 || cpuMillis < 0 || memoryMib < 0 || volumes < 0 || volumeGib < 0) {
            throw new IllegalArgumentException(
                    "an amount is not negative: %d containers, %d m, %d MiB, %d volumes, %d GiB"
                            .formatted(containers, cpuMillis, memoryMib, volumes, volumeGib));
        }
    }

    /** Replicas of a size. */
    public static Amount of(int replicas, int cpuMillis, int memoryMib) {
        return new Amount(replicas, (long) replicas * cpuMillis, (long) replicas * memoryMib, 0, 0);
    }

    /** Volumes, or none of them, and GiB. */
    public static Amount ofVolume(int volumes, int gib) {
        return new Amount(0, 0, 0, volumes, gib);
    }

    /** So many of it. */
    public Amount times(int count) {
        return new Amount(containers * count, cpuMillis * count, memoryMib * count, volumes * count, volumeGib * count);
    }

    /** Both together. */
    public Amount plus(Amount other) {
        return new Amount(
                containers + other.containers,
                cpuMillis + other.cpuMillis,
                memoryMib + other.memoryMib,
                volumes + other.volumes,
                volumeGib + other.volumeGib);
    }

    /** By the names of the API, in the order of the API. */
    public Map<String, Long> members() {
        Map<String, Long> members = new LinkedHashMap<>();
        members.put("containers", containers);
        members.put("cpu_millis", cpuMillis);
        members.put("memory_mib", memoryMib);
        members.put("volumes", volumes);
        members.put("volume_gib", volumeGib);
        return members;
    }
}
