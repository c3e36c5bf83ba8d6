package dev.berth.gateway.portal;

import dev.berth.gateway.workload.CheckShape;
import dev.berth.gateway.workload.RolloutShape;
import dev.berth.gateway.workload.ScheduleShape;
import dev.berth.gateway.workload.Size;
import dev.berth.gateway.workload.WorkloadView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The form of a workload that is there, filled with what it is. For one thread. */
final class WorkloadFilled {
    private final Map<String, List<String>> texts = new HashMap<>();
    private final List<String> unwritable = new ArrayList<>();

    private WorkloadFilled() {}

    /** The form; an input whose lines cannot hold what is there is not in it, and with it the member that it is of. */
    static WorkloadForm of(WorkloadView view) {
        WorkloadFilled filled = new WorkloadFilled();
        filled.plain(view);
        filled.check("health_check", view.healthCheck());
        filled.check("readiness_check", view.readinessCheck());
        filled.schedule(view.schedule());
        filled.rollout(view.rollout());
        filled.rows("volumes", "volume", view.volumes(), one -> one.volume());
        filled.rows("volumes", "path", view.volumes(), one -> one.path());
        filled.rows("volumes", "read_only", view.volumes(), one -> one.readOnly());
        filled.rows("secrets", "name", view.secrets(), one -> one.name());
        filled.rows("secrets", "as", view.secrets(), one -> one.env() == null ? "file" : "env");
        filled.rows("secrets", "at", view.secrets(), one -> one.env() == null ? one.path() : one.env());
        filled.rows("files", "path", view.files(), one -> one.path());
        filled.rows("files", "content", view.files(), one -> one.content());
        filled.rows("files", "executable", view.files(), one -> one.executable());
        filled.writable(
                "files.path",
                view.files().stream().allMatch(one -> Lines.isSentAs(Objects.toString(one.content(), ""))));
        WorkloadForm form = WorkloadForm.BLANK.with(filled.texts);
        for (String input : filled.unwritable) {
            form = form.without(input);
        }
        return form;
    }

    private void plain(WorkloadView view) {
        put("name", view.name());
        put("kind", view.kind().text());
        put("image", view.image());
        put(
                "size",
                Arrays.stream(Size.values())
                        .filter(size -> size.cpuMillis() == view.cpuMillis().value()
                                && size.memoryMib() == view.memoryMib().value())
                        .map(Size::text)
                        .findFirst()
                        .orElse(WorkloadForm.OWN));
        put("cpu_millis", view.cpuMillis().value());
        put("memory_mib", view.memoryMib().value());
        put("replicas", view.replicas());
        put("ports", view.ports().stream().map(String::valueOf).collect(Collectors.joining(", ")));
        lines("command", Lines.of(view.command()));
        lines("args", Lines.of(view.args()));
        lines("env", Lines.of(view.env()));
        lines("labels", Lines.of(view.labels()));
        put("max_runtime_s", view.maxRuntimeS());
        put("retries", view.retries());
        put("parallelism", view.parallelism());
        put("completions", view.completions());
        put("pull_policy", view.pullPolicy());
        put(
                "networks",
                view.networks().stream()
                        .map(one -> one.name() + (Boolean.TRUE.equals(one.internal()) ? WorkloadMembers.INTERNAL : ""))
                        .collect(Collectors.joining(", ")));
        put("stop_grace_s", view.stopGraceS());
        put("restart", view.restart().text());
        put("read_only_root", view.readOnlyRoot());
        put("stdin", view.stdin());
        put("tty", view.tty());
        put("auto_destroy", view.autoDestroy());
        put("stop_signal", view.stopSignal());
        put("user", view.user());
        put("working_dir", view.workingDir());
        put("depends_on", String.join(", ", view.dependsOn()));
    }

    private void check(String member, @Nullable CheckShape check) {
        if (check == null) {
            return;
        }
        put(member + ".type", check.type());
        put(member + ".path", check.path());
        put(member + ".port", check.port());
        String command = check.command() == null ? "" : quoted(check.command());
        put(member + ".command", command);
        writable(member + ".type", Lines.isOne(command));
        put(member + ".interval_s", check.intervalS());
        put(member + ".timeout_s", check.timeoutS());
        put(member + ".retries", check.retries());
        put(member + ".start_period_s", check.startPeriodS());
    }

    private void schedule(@Nullable ScheduleShape schedule) {
        if (schedule != null) {
            put("schedule.cron", schedule.cron());
            put("schedule.time_zone", schedule.timeZone());
            put("schedule.overlap", schedule.overlap());
            put("schedule.missed", schedule.missed());
        }
    }

    private void rollout(@Nullable RolloutShape rollout) {
        if (rollout != null) {
            put("rollout.strategy", rollout.strategy());
            put("rollout.max_surge", rollout.maxSurge());
            put("rollout.max_unavailable", rollout.maxUnavailable());
            put("rollout.min_ready_s", rollout.minReadyS());
            put("rollout.deadline_s", rollout.deadlineS());
            put("rollout.canary_replicas", rollout.canaryReplicas());
            put("rollout.manual", rollout.manual());
            put("rollout.rollback", rollout.rollback());
        }
    }

    private <T> void rows(String member, String input, List<T> list, Function<T, @Nullable Object> value) {
        texts.put(
                member + "." + input,
                list.stream().map(one -> Objects.toString(value.apply(one), "")).toList());
    }

    private void writable(String input, boolean written) {
        if (!written) {
            unwritable.add(input);
        }
    }

    private void lines(String input, @Nullable String text) {
        if (text == null) {
            unwritable.add(input);
        } else {
            put(input, text);
        }
    }

    private void put(String input, @Nullable Object value) {
        texts.put(input, List.of(Objects.toString(value, "")));
    }

    /** Words as one text from which a shell would read the same words. */
    static String quoted(List<@Nullable String> words) {
        return words.stream()
                .map(word -> Objects.toString(word, ""))
                .map(word -> word.matches("[A-Za-z0-9_./:=@%+,-]+") ? word : "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }
}
