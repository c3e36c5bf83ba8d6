package dev.berth.launcher.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What three witnesses say of the same containers.
 *
 * @param rows one for each container
 * @param disagreements what does not agree, a sentence each
 */
record Comparison(List<Row> rows, List<String> disagreements) {
    Comparison {
        rows = List.copyOf(rows);
        disagreements = List.copyOf(disagreements);
    }

    /**
     * One container.
     *
     * @param what the workload and its kind, for people
     * @param docker Docker's own milliseconds; null when it did not say
     * @param fromEvent whether Docker's end is only that of an event
     * @param meterMs the usage API's
     * @param invoiceMs the invoice's
     */
    record Row(
            String container,
            String engineId,
            String what,
            @Nullable Span docker,
            boolean fromEvent,
            long meterMs,
            long invoiceMs) {
        boolean agrees() {
            return docker != null && !fromEvent && docker.ms() == meterMs && meterMs == invoiceMs;
        }
    }

    /** A container as the API names it. */
    record Known(String container, String engineId, String what) {}

    boolean agrees() {
        return disagreements.isEmpty() && !rows.isEmpty() && rows.stream().allMatch(Row::agrees);
    }

    static Comparison of(
            List<Known> containers,
            Map<String, EngineWatch.Sight> docker,
            Map<String, Long> meterMs,
            Invoiced invoice) {
        List<Row> rows = new ArrayList<>();
        List<String> wrong = new ArrayList<>(Recomputation.disagreements(invoice));
        for (Known known : containers) {
            Optional<EngineWatch.Sight> sight = Optional.ofNullable(docker.get(known.engineId()));
            Row row = new Row(
                    known.container(),
                    known.engineId(),
                    known.what(),
                    sight.flatMap(EngineWatch.Sight::span).orElse(null),
                    sight.map(EngineWatch.Sight::fromEvent).orElse(false),
                    meterMs.getOrDefault(known.container(), 0L),
                    invoiceMs(invoice, known.container(), wrong));
            rows.add(row);
            if (!row.agrees()) {
                wrong.add(disagreement(row));
            }
        }
        for (String metered : meterMs.keySet()) {
            if (containers.stream().noneMatch(known -> known.container().equals(metered))) {
                wrong.add("the meter knows container %s, the API does not".formatted(metered));
            }
        }
        return new Comparison(rows, wrong);
    }

    private static String disagreement(Row row) {
        if (row.docker() == null) {
            return "Docker did not say when %s started and ended".formatted(row.container());
        }
        if (row.fromEvent()) {
            return "%s was removed before Docker's own state of its end was seen".formatted(row.container());
        }
        return "%s ran %d ms by Docker, %d by the meter, %d by the invoice"
                .formatted(row.container(), row.docker().ms(), row.meterMs(), row.invoiceMs());
    }

    /** A container's milliseconds on the invoice: each component has the same intervals, and must say the same. */
    private static long invoiceMs(Invoiced invoice, String container, List<String> wrong) {
        Map<String, Long> byComponent = new TreeMap<>();
        for (Invoiced.Line line : invoice.lines()) {
            for (Invoiced.Interval interval : line.intervals()) {
                if (interval.container().equals(container)) {
                    byComponent.merge(line.component(), interval.ms(), Long::sum);
                }
            }
        }
        if (byComponent.values().stream().distinct().count() > 1) {
            wrong.add("the invoice's components disagree on %s: %s".formatted(container, byComponent));
        }
        return byComponent.values().stream().findFirst().orElse(0L);
    }
}
