package dev.berth.gateway.quota;

import dev.berth.gateway.account.Limits;

/** The quota as the API answers it. What is available is never less than 0, even when a limit was lowered below its use. */
public record QuotaView(Resources limits, Resources used, Resources available) {
    /** One number a resource. */
    public record Resources(long containers, long cpuMillis, long memoryMib, long volumes, long volumeGib) {}

    static QuotaView of(Limits limits, Amount used) {
        return new QuotaView(
                new Resources(
                        limits.containers(),
                        limits.cpuMillis(),
                        limits.memoryMib(),
                        limits.volumes(),
                        limits.volumeGib()),
                new Resources(used.containers(), used.cpuMillis(), used.memoryMib(), used.volumes(), used.volumeGib()),
                new Resources(
                        Math.max(0, limits.containers() - used.containers()),
                        Math.max(0, limits.cpuMillis() - used.cpuMillis()),
                        Math.max(0, limits.memoryMib() - used.memoryMib()),
                        Math.max(0, limits.volumes() - used.volumes()),
                        Math.max(0, limits.volumeGib() - used.volumeGib())));
    }
}
