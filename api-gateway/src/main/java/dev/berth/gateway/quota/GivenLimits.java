package dev.berth.gateway.quota;

import dev.berth.gateway.account.Limits;
import dev.berth.gateway.edge.Problem.FieldError;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Limits as an operator sends them; what is not given stays. */
record GivenLimits(
        @Nullable BigInteger containers,
        @Nullable BigInteger cpuMillis,
        @Nullable BigInteger memoryMib,
        @Nullable BigInteger volumes,
        @Nullable BigInteger volumeGib) {
    /** What is given, checked; an error for each that is no limit. */
    OwnLimits check(String before, List<FieldError> errors) {
        return new OwnLimits(
                read(before + "containers", containers, errors),
                read(before + "cpu_millis", cpuMillis, errors),
                read(before + "memory_mib", memoryMib, errors),
                read(before + "volumes", volumes, errors),
                read(before + "volume_gib", volumeGib, errors));
    }

    static @Nullable Integer read(String field, @Nullable BigInteger value, List<FieldError> errors) {
        if (value == null) {
            return null;
        }
        if (value.signum() < 0 || value.compareTo(BigInteger.valueOf(Limits.MAX)) > 0) {
            errors.add(new FieldError(field, "must be from 0 to " + Limits.MAX));
            return null;
        }
        return value.intValueExact();
    }
}
