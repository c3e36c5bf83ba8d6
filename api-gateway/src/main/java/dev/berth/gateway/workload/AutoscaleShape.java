package dev.berth.gateway.workload;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** An {@link Autoscale} as the API reads and answers it; a {@code max} of 0 takes it away. */
public record AutoscaleShape(
        @Nullable BigInteger min,
        @Nullable BigInteger max,
        @Nullable BigInteger cpuPercent,
        @Nullable BigInteger memoryPercent,
        @Nullable BigInteger cooldownS) {
    static @Nullable AutoscaleShape of(@Nullable Autoscale one) {
        return one == null
                ? null
                : new AutoscaleShape(
                        BigInteger.valueOf(one.min()),
                        BigInteger.valueOf(one.max()),
                        one.cpuPercent() == null ? null : BigInteger.valueOf(one.cpuPercent()),
                        one.memoryPercent() == null ? null : BigInteger.valueOf(one.memoryPercent()),
                        BigInteger.valueOf(one.cooldownSeconds()));
    }
}
