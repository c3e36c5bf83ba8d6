package dev.berth.provisioner.placement;

/** A host and what live containers have taken of it, in millicores and MiB. */
public record HostView(String name, int cpus, int memoryMib, long takenCpuMillis, long takenMemoryMib) {}
