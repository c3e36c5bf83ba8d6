package dev.berth.metering.interval;

import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;

/** What a container may use at most, which is what it is metered by. */
public record Size(CpuMillis cpuMillis, MemoryMib memoryMib) {}
