package dev.berth.gateway.workload;

import dev.berth.schema.workload.WorkloadKind;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Turns what a customer sent about autoscaling into bounds and aims; what is wrong goes to the check. Pure. */
final class AutoscaleRules {
    static final int DEFAULT_COOLDOWN_S = 300;
    static final int MIN_COOLDOWN_S = 30;
    static final int MAX_COOLDOWN_S = 3600;

    private AutoscaleRules() {}

    /** A {@code max} of 0 takes it away; what is not given beside it is not taken over from before. */
    static @Nullable Autoscale merge(
            @Nullable AutoscaleShape asked, @Nullable Autoscale now, WorkloadKind kind, FieldCheck check) {
        if (asked == null) {
            return now;
        }
        if (BigInteger.ZERO.equals(asked.max())) {
            return null;
        }
        if (kind != WorkloadKind.SERVICE) {
            check.wrong("autoscale", "is for services only");
            return null;
        }
        if (asked.max() == null) {
            check.wrong("autoscale.max", "is required: the most replicas; 0 takes autoscaling away");
        }
        if (asked.cpuPercent() == null && asked.memoryPercent() == null) {
            check.wrong("autoscale.cpu_percent", "is required, or memory_percent, or both: what use is aimed at");
        }
        int min = check.number("autoscale.min", asked.min(), 1, 1, WorkloadRules.MAX_REPLICAS);
        return new Autoscale(
                min,
                check.number("autoscale.max", asked.max(), WorkloadRules.MAX_REPLICAS, min, WorkloadRules.MAX_REPLICAS),
                percent("autoscale.cpu_percent", asked.cpuPercent(), check),
                percent("autoscale.memory_percent", asked.memoryPercent(), check),
                check.number(
                        "autoscale.cooldown_s", asked.cooldownS(), DEFAULT_COOLDOWN_S, MIN_COOLDOWN_S, MAX_COOLDOWN_S));
    }

    private static @Nullable Integer percent(String field, @Nullable BigInteger asked, FieldCheck check) {
        return asked == null ? null : Integer.valueOf(check.number(field, asked, 1, 1, 100));
    }

    /** Says that what may write to a volume has one replica, and so nothing to scale. */
    static void apart(Manner manner, FieldCheck check) {
        if (manner.autoscale() != null && manner.writes()) {
            check.wrong(
                    "autoscale",
                    "and a volume that is written to exclude each other, since that has one writer; mount it read_only, "
                            + "or take autoscaling away with a max of 0");
        }
    }

    /**
     * The replicas of what is wished. As with Kubernetes' HorizontalPodAutoscaler a number that is set by hand is taken, and one outside
     * of the bounds becomes the nearest within; from there it follows the use.
     */
    static int replicas(int asked, @Nullable Autoscale autoscale) {
        return autoscale == null ? asked : autoscale.within(asked);
    }
}
