package dev.berth.gateway.workload;

import dev.berth.schema.workload.CheckType;
import dev.berth.schema.workload.HealthCheck;
import dev.berth.schema.workload.RolloutStrategy;
import dev.berth.schema.workload.RolloutWish;
import dev.berth.schema.workload.WorkloadKind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns what a customer sent about the manner of a workload into one, with the defaults; what is wrong goes to the check. Pure. */
final class MannerRules {
    static final int MAX_RETRIES = 20;
    static final int MAX_DEPENDENCIES = 16;
    static final int MAX_SURGE = 100;
    static final int MAX_COMPLETIONS = 1000;

    private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9_.+@-]+)+/?|/");
    private static final Pattern URL_PATH = Pattern.compile("/[\\x21-\\x7e&&[^#]]{0,199}");
    private static final Pattern USER = Pattern.compile("[1-9][0-9]{0,8}(?::[1-9][0-9]{0,8})?");
    private static final List<String> SIGNALS =
            List.of("SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGABRT", "SIGKILL");

    private final WorkloadKind kind;
    private final String name;
    private final FieldCheck check;

    MannerRules(WorkloadKind kind, String name, FieldCheck check) {
        this.kind = kind;
        this.name = name;
        this.check = check;
    }

    Manner merge(Manner now, WorkloadRequest request) {
        return new Manner(
                check("health_check", request.healthCheck(), now.healthCheck()),
                check("readiness_check", request.readinessCheck(), now.readinessCheck()),
                rollout(request.rollout(), now.rollout()),
                retries(request.retries(), now.retries()),
                dependsOn(request.dependsOn(), now.dependsOn()),
                text(
                        "working_dir",
                        request.workingDir(),
                        now.workingDir(),
                        PATH,
                        "must be an absolute path of plain names"),
                text(
                        "user",
                        request.user(),
                        now.user(),
                        USER,
                        "must be numbers such as 1000 or 1000:1000, and not root"),
                signal(request.stopSignal(), now.stopSignal()),
                ScheduleRules.merge(request.schedule(), now.schedule(), kind == WorkloadKind.CRON, check),
                MountRules.merge(request.volumes(), now.volumes(), check),
                ContentRules.secrets(request.secrets(), now.secrets(), check),
                ContentRules.files(request.files(), now.files(), check),
                NetworkRules.merge(request.networks(), now.networks(), check),
                PullPolicies.merge(request.pullPolicy(), now.pullPolicy(), check),
                now.registryLogin(),
                completions(request.completions(), now.completions()),
                AutoscaleRules.merge(request.autoscale(), now.autoscale(), kind, check),
                request.stdin() == null ? now.stdin() : request.stdin(),
                request.tty() == null ? now.tty() : request.tty());
    }

    private @Nullable HealthCheck check(String field, @Nullable CheckShape asked, @Nullable HealthCheck now) {
        if (asked == null) {
            return now;
        }
        if ("none".equals(asked.type())) {
            return null;
        }
        if (kind != WorkloadKind.SERVICE && field.equals("readiness_check")) {
            check.wrong(field, "is for services only; a job is not given work");
        }
        CheckType type = type(field, asked.type());
        int interval =
                check.number(field + ".interval_s", asked.intervalS(), 10, HealthCheck.MIN_INTERVAL_SECONDS, 300);
        int timeout = check.number(field + ".timeout_s", asked.timeoutS(), Math.min(5, interval), 1, 60);
        if (timeout > interval) {
            check.wrong(field + ".timeout_s", "must not be longer than the interval, %d s".formatted(interval));
        }
        int retries = check.number(field + ".retries", asked.retries(), 3, 1, 10);
        int startPeriod = check.number(field + ".start_period_s", asked.startPeriodS(), 0, 0, 600);
        List<String> command = List.of();
        if (type == CheckType.EXEC) {
            command = check.words(field + ".command", asked.command(), List.of());
            if (command.isEmpty() || command.getFirst().isEmpty()) {
                check.wrong(field + ".command", "is required for a check of the type exec");
            }
        } else if (asked.command() != null) {
            check.wrong(field + ".command", "is for checks of the type exec only");
        }
        return new HealthCheck(
                type,
                path(field, type, asked.path()),
                port(field, type, asked.port()),
                command,
                interval,
                timeout,
                retries,
                startPeriod);
    }

    private CheckType type(String field, @Nullable String type) {
        return switch (type) {
            case "http" -> CheckType.HTTP;
            case "tcp" -> CheckType.TCP;
            case "exec" -> CheckType.EXEC;
            case null, default -> {
                check.wrong(field + ".type", "must be http, tcp or exec; none takes the check away");
                yield CheckType.TCP;
            }
        };
    }

    private @Nullable String path(String field, CheckType type, @Nullable String path) {
        if (type != CheckType.HTTP) {
            if (path != null) {
                check.wrong(field + ".path", "is for checks of the type http only");
            }
            return null;
        }
        if (path != null && !URL_PATH.matcher(path).matches()) {
            check.wrong(
                    field + ".path",
                    "must begin with '/' and have at most 200 printable characters without blanks and '#'");
            return "/";
        }
        return path == null ? "/" : path;
    }

    private @Nullable Integer port(String field, CheckType type, @Nullable BigInteger port) {
        if (type == CheckType.EXEC) {
            if (port != null) {
                check.wrong(field + ".port", "is not for checks of the type exec");
            }
            return null;
        }
        if (port == null) {
            check.wrong(field + ".port", "is required");
        }
        return check.number(field + ".port", port, 1, 1, 65_535);
    }

    private @Nullable RolloutWish rollout(@Nullable RolloutShape asked, @Nullable RolloutWish now) {
        if (asked == null) {
            return now;
        }
        if (kind != WorkloadKind.SERVICE) {
            check.wrong("rollout", "is for services only");
            return null;
        }
        if (asked.promoted() != null || asked.paused() != null) {
            check.wrong(
                    asked.promoted() != null ? "rollout.promoted" : "rollout.paused",
                    "is set by POST …/rollout/promote, pause and resume");
        }
        RolloutWish usual = RolloutWish.USUAL;
        RolloutStrategy strategy = strategy(asked.strategy());
        int surge = check.number(
                "rollout.max_surge", asked.maxSurge(), asked.maxUnavailable() == null ? 1 : 0, 0, MAX_SURGE);
        int unavailable = check.number("rollout.max_unavailable", asked.maxUnavailable(), 0, 0, MAX_SURGE);
        if (surge == 0 && unavailable == 0) {
            check.wrong(
                    "rollout.max_surge",
                    "and max_unavailable must not both be 0, for then nothing could be changed over");
        }
        return new RolloutWish(
                strategy,
                surge,
                unavailable,
                check.number("rollout.min_ready_s", asked.minReadyS(), usual.minReadySeconds(), 0, 600),
                check.number("rollout.deadline_s", asked.deadlineS(), usual.deadlineSeconds(), 30, 3600),
                check.number(
                        "rollout.canary_replicas",
                        asked.canaryReplicas(),
                        usual.canaryReplicas(),
                        1,
                        WorkloadRules.MAX_REPLICAS),
                Boolean.TRUE.equals(asked.manual()),
                asked.rollback() == null || asked.rollback(),
                now != null && now.promoted(),
                now != null && now.paused());
    }

    private RolloutStrategy strategy(@Nullable String asked) {
        return switch (asked) {
            case "rolling" -> RolloutStrategy.ROLLING;
            case "blue_green" -> RolloutStrategy.BLUE_GREEN;
            case "canary" -> RolloutStrategy.CANARY;
            case "recreate" -> RolloutStrategy.RECREATE;
            case null -> RolloutStrategy.ROLLING;
            default -> {
                check.wrong("rollout.strategy", "must be rolling, blue_green, canary or recreate");
                yield RolloutStrategy.ROLLING;
            }
        };
    }

    private @Nullable Integer retries(@Nullable BigInteger asked, @Nullable Integer now) {
        if (asked == null) {
            return now;
        }
        if (kind == WorkloadKind.SERVICE) {
            check.wrong("retries", "is for jobs only; a service has a restart policy");
            return null;
        }
        return check.number("retries", asked, 0, 0, MAX_RETRIES);
    }

    private @Nullable Integer completions(@Nullable BigInteger asked, @Nullable Integer now) {
        if (asked == null) {
            return now;
        }
        if (kind == WorkloadKind.SERVICE || kind == WorkloadKind.MACHINE) {
            check.wrong("completions", "is for jobs and crons only; a service has replicas");
            return null;
        }
        return check.number("completions", asked, 1, 1, MAX_COMPLETIONS);
    }

    private List<String> dependsOn(@Nullable List<@Nullable String> asked, List<String> now) {
        if (asked == null) {
            return now;
        }
        if (asked.size() > MAX_DEPENDENCIES) {
            check.wrong("depends_on", "must have at most %d items".formatted(MAX_DEPENDENCIES));
            return List.of();
        }
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < asked.size(); i++) {
            String other = asked.get(i);
            String field = "depends_on[%d]".formatted(i);
            if (other == null || !WorkloadRules.NAME.matcher(other).matches()) {
                check.wrong(field, "must be the name of a workload");
            } else if (other.equals(name)) {
                check.wrong(field, "is the workload itself");
            } else {
                names.add(other);
            }
        }
        return new ArrayList<>(names);
    }

    private @Nullable String text(
            String field, @Nullable String asked, @Nullable String now, Pattern form, String otherwise) {
        if (asked == null) {
            return now;
        }
        if (asked.isEmpty()) {
            return null;
        }
        if (asked.length() > 255
                || !form.matcher(asked).matches()
                || List.of(asked.split("/", -1)).contains("..")) {
            check.wrong(field, otherwise);
            return null;
        }
        return asked;
    }

    private @Nullable String signal(@Nullable String asked, @Nullable String now) {
        if (asked == null) {
            return now;
        }
        if (asked.isEmpty()) {
            return null;
        }
        String full = asked.startsWith("SIG") ? asked : "SIG" + asked;
        if (!SIGNALS.contains(full)) {
            check.wrong("stop_signal", "must be one of " + String.join(", ", SIGNALS));
            return null;
        }
        return full;
    }
}
