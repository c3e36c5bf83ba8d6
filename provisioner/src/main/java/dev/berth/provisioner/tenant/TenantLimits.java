package dev.berth.provisioner.tenant;

/** The most that the containers of an account may be together. */
public record TenantLimits(int containers, int cpuMillis, int memoryMib) {}
