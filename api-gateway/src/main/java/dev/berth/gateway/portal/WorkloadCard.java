package dev.berth.gateway.portal;

import dev.berth.gateway.workload.AutoscaleShape;
import dev.berth.gateway.workload.Observed;
import dev.berth.gateway.workload.Size;
import dev.berth.gateway.workload.WorkloadView;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A workload as the pages show it. */
record WorkloadCard(
        String id,
        String name,
        String image,
        String shortImage,
        String kind,
        boolean job,
        String state,
        String tone,
        @Nullable String message,
        @Nullable String held,
        int running,
        int replicas,
        String size,
        String sizeName,
        long generation,
        String ports,
        String args,
        List<String> env,
        String created,
        boolean removed,
        boolean canStart,
        boolean canStop,
        boolean canPause,
        boolean paused,
        boolean stdin,
        boolean tty,
        @Nullable String schedule,
        @Nullable String rollout,
        List<String> networks,
        @Nullable String autoscale,
        @Nullable String recommendation) {

    static WorkloadCard of(WorkloadView view, Format format) {
        Observed observed = view.observed();
        String desired = view.desired().state();
        boolean removed = desired.equals("removed");
        boolean cron = view.kind().text().equals("cron");
        boolean job = cron || view.kind().text().equals("job");
        boolean wanted = desired.equals("running") || view.desired().heldBy() != null;
        boolean over = !cron
                && (observed.state().equals("finished")
                        || (job && observed.state().equals("failed")));
        int cpu = view.cpuMillis().value();
        int memory = view.memoryMib().value();
        return new WorkloadCard(
                view.id().toString(),
                view.name(),
                view.image(),
                Format.image(view.image()),
                view.kind().text(),
                job,
                observed.state(),
                Format.tone(observed.state()),
                observed.message(),
                held(view.desired().heldBy()),
                observed.running(),
                view.replicas(),
                format.size(cpu, memory),
                Arrays.stream(Size.values())
                        .filter(size -> size.cpuMillis() == cpu && size.memoryMib() == memory)
                        .map(Size::text)
                        .findFirst()
                        .orElse(""),
                view.generation(),
                view.ports().stream().map(String::valueOf).collect(Collectors.joining(", ")),
                String.join(" ", view.args()),
                List.copyOf(view.env().keySet()),
                format.time(view.createdAt()),
                removed,
                !removed && (!wanted || over),
                !removed && wanted && !over,
                desired.equals("running") && !over && observed.running() > 0,
                view.desired().paused(),
                view.stdin(),
                view.tty(),
                view.schedule() == null
                        ? null
                        : "%s, %s"
                                .formatted(
                                        view.schedule().cron(), view.schedule().timeZone()),
                observed.rollout() == null
                        ? null
                        : "%s, revision %d"
                                .formatted(
                                        observed.rollout().state().replace('_', ' '),
                                        observed.rollout().revision()),
                view.networks().stream()
                        .map(one -> Boolean.TRUE.equals(one.internal()) ? one.name() + " (internal)" : one.name())
                        .toList(),
                autoscale(view.autoscale()),
                view.recommendation() == null ? null : view.recommendation().message());
    }

    private static @Nullable String autoscale(@Nullable AutoscaleShape one) {
        if (one == null) {
            return null;
        }
        String cpu = one.cpuPercent() == null ? "" : ", cpu %d %%".formatted(one.cpuPercent());
        String memory = one.memoryPercent() == null ? "" : ", memory %d %%".formatted(one.memoryPercent());
        return "%d to %d%s%s".formatted(one.min(), one.max(), cpu, memory);
    }

    private static @Nullable String held(@Nullable String heldBy) {
        if (heldBy == null) {
            return null;
        }
        return switch (heldBy) {
            case "cap_reached" -> "The spend cap is reached. It starts again by itself when the cap allows it.";
            case "suspended" -> "The account is suspended. It starts again by itself when what is overdue is paid.";
            default -> "The account is " + heldBy.replace('_', ' ') + ".";
        };
    }
}
