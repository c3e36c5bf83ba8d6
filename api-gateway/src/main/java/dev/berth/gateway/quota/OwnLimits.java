package dev.berth.gateway.quota;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.gateway.account.Limits;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Limits that an account has whatever its plan says; null where it has those of the plan. Units as in {@link Limits}. */
@JsonInclude
public record OwnLimits(
        @Nullable Integer containers,
        @Nullable Integer cpuMillis,
        @Nullable Integer memoryMib,
        @Nullable Integer volumes,
        @Nullable Integer volumeGib) {
    /** All as the plan says. */
    static final OwnLimits NONE = new OwnLimits(null, null, null, null, null);

    /** These, and those of another where there is none of these. */
    OwnLimits before(OwnLimits other) {
        return new OwnLimits(
                containers == null ? other.containers : containers,
                cpuMillis == null ? other.cpuMillis : cpuMillis,
                memoryMib == null ? other.memoryMib : memoryMib,
                volumes == null ? other.volumes : volumes,
                volumeGib == null ? other.volumeGib : volumeGib);
    }

    /** What they come to with a plan. */
    Limits over(Limits plan) {
        return new Limits(
                Objects.requireNonNullElse(containers, plan.containers()),
                Objects.requireNonNullElse(cpuMillis, plan.cpuMillis()),
                Objects.requireNonNullElse(memoryMib, plan.memoryMib()),
                Objects.requireNonNullElse(volumes, plan.volumes()),
                Objects.requireNonNullElse(volumeGib, plan.volumeGib()));
    }
}
