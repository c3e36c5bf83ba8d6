package dev.berth.provisioner.engine;

import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;

/** The limits of one container. */
public record Size(CpuMillis cpuMillis, MemoryMib memoryMib) {
    /** Of plain numbers. */
    public static Size of(int cpuMillis, int memoryMib) {
        return new Size(new CpuMillis(cpuMillis), new MemoryMib(memoryMib));
    }

    @Override
    public String toString() {
        return "%d millicores and %d MiB".formatted(cpuMillis.value(), memoryMib.value());
    }
}
