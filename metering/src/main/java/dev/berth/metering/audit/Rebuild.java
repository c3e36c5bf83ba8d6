package dev.berth.metering.audit;

import dev.berth.metering.interval.IntervalRebuild;
import dev.berth.metering.usage.UsageRebuild;
import dev.berth.metering.window.WindowRepository;
import dev.berth.schema.id.ContainerId;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Derives everything that can be derived anew, and says what differed: intervals from facts and sightings, windows from intervals, hours of
 * workloads from windows. A thousand containers a transaction; facts and telling go on between. Thread-safe.
 */
@Component
class Rebuild {
    private static final int CHUNK = 1_000;
    private static final int MOST_NAMED = 100;

    private final DSLContext dsl;

    Rebuild(DSLContext dsl) {
        this.dsl = dsl;
    }

    /** What a container differed in: {@code intervals}, {@code windows} or {@code told}. */
    record Difference(ContainerId container, String what) {}

    /**
     * The outcome.
     *
     * @param checked containers that were compared
     * @param intervals containers whose intervals were mended; they will be told anew
     * @param windows containers whose windows were mended
     * @param hours sums of a workload's windows in an hour that were mended
     * @param told containers of which billing was told something else; they will be told anew
     * @param skipped containers that were about to be told: run it again
     * @param differences the first hundred
     */
    record Report(
            int checked, int intervals, int windows, int hours, int told, int skipped, List<Difference> differences) {}

    Report run() {
        int checked = 0;
        int skipped = 0;
        List<Difference> all = new ArrayList<>();
        @Nullable ContainerId last = null;
        while (true) {
            List<ContainerId> chunk = IntervalRebuild.containers(dsl, last, CHUNK);
            if (chunk.isEmpty()) {
                break;
            }
            last = chunk.getLast();
            skipped += dsl.transactionResult(configuration -> {
                DSLContext tx = DSL.using(configuration);
                UsageRebuild.lock(tx);
                IntervalRebuild.mend(tx, chunk).forEach(c -> all.add(new Difference(c, "intervals")));
                UsageRebuild.Mended mended = UsageRebuild.mend(tx, chunk);
                mended.windows().forEach(c -> all.add(new Difference(c, "windows")));
                mended.told().forEach(c -> all.add(new Difference(c, "told")));
                return mended.skipped();
            });
            checked += chunk.size();
        }
        int hours = dsl.transactionResult(configuration -> {
            DSLContext tx = DSL.using(configuration);
            UsageRebuild.lock(tx);
            return WindowRepository.mendHours(tx);
        });
        return new Report(
                checked,
                count(all, "intervals"),
                count(all, "windows"),
                hours,
                count(all, "told"),
                skipped,
                List.copyOf(all.subList(0, Math.min(all.size(), MOST_NAMED))));
    }

    private static int count(List<Difference> all, String what) {
        return (int) all.stream().filter(d -> d.what().equals(what)).count();
    }
}
