package dev.berth.gateway.quota;

import dev.berth.gateway.account.Limits;
import java.util.LinkedHashMap;
import java.util.Map;

/** Whether a claim fits. Pure. */
final class QuotaRules {
    /**
     * What a claim would do.
     *
     * @param before what all hold now
     * @param after what all would hold
     * @param missing by how much each limit is too small, only those that are; empty if the claim fits
     */
    record Verdict(Amount before, Amount after, Map<String, Long> missing) {
        boolean allowed() {
            return missing.isEmpty();
        }
    }

    private QuotaRules() {}

    /**
     * Decides on one holder's claim. Above a limit that was lowered nothing grows, but everything may shrink.
     *
     * @param others what the others hold
     * @param mine what this holder holds now
     * @param asked what it is to hold
     */
    static Verdict decide(Limits limits, Amount others, Amount mine, Amount asked) {
        Amount before = others.plus(mine);
        Amount after = others.plus(asked);
        Map<String, Long> missing = new LinkedHashMap<>();
        lack("containers", limits.containers(), before.containers(), after.containers(), missing);
        lack("cpu_millis", limits.cpuMillis(), before.cpuMillis(), after.cpuMillis(), missing);
        lack("memory_mib", limits.memoryMib(), before.memoryMib(), after.memoryMib(), missing);
        lack("volumes", limits.volumes(), before.volumes(), after.volumes(), missing);
        lack("volume_gib", limits.volumeGib(), before.volumeGib(), after.volumeGib(), missing);
        return new Verdict(before, after, missing);
    }

    /** The greatest number up to {@code asked} that {@link #decide} allows, and {@code now} if none above it is. */
    static int most(Limits limits, Amount others, Amount mine, Amount one, int now, int asked) {
        int most = asked;
        while (most > now && !decide(limits, others, mine, one.times(most)).allowed()) {
            most--;
        }
        return most;
    }

    private static void lack(String name, long limit, long before, long after, Map<String, Long> missing) {
        if (after > limit && after > before) {
            missing.put(name, after - limit);
        }
    }
}
