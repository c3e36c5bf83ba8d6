package dev.berth.metering.interval;

import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;

/**
 * What a container may use at most, or what a volume and its snapshots hold at most; it is metered by that.
 *
 * @param cpuMillis of a container, 0 of a volume
 * @param memoryMib of a container, 0 of a volume
 * @param volumeGib of a volume, 0 of a container
 */
public record Size(int cpuMillis, int memoryMib, int volumeGib) {
    /** Of a container. */
    public static Size of(CpuMillis cpuMillis, MemoryMib memoryMib) {
        return new Size(cpuMillis.value(), memoryMib.value(), 0);
    }

    /** Of a volume. */
    public static Size ofVolume(int gib) {
        if (gib < 1) {
            throw new IllegalArgumentException("a volume has 1 GiB or more, not %d".formatted(gib));
        }
        return new Size(0, 0, gib);
    }

    /** Whether a volume has it. */
    public boolean isVolume() {
        return volumeGib > 0;
    }

    /** For people. */
    String text() {
        return isVolume() ? "%d GiB".formatted(volumeGib) : "%d m and %d MiB".formatted(cpuMillis, memoryMib);
    }
}
