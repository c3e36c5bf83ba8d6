package dev.berth.gateway.workload;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a workload was at a revision, and who made it so. */
record Revision(long number, Spec spec, String actor, String operation, Instant createdAt) {
    /** The names in the API of what makes other containers than those of an earlier one; nothing if there is none. */
    List<String> changedSince(@Nullable Revision before) {
        List<String> changed = new ArrayList<>();
        if (before == null) {
            return changed;
        }
        Spec was = before.spec;
        add(changed, "image", spec.image(), was.image());
        add(changed, "command", spec.command(), was.command());
        add(changed, "args", spec.args(), was.args());
        add(changed, "env", spec.env(), was.env());
        add(changed, "ports", spec.ports(), was.ports());
        add(changed, "labels", spec.labels(), was.labels());
        add(changed, "read_only_root", spec.readOnlyRoot(), was.readOnlyRoot());
        add(changed, "health_check", spec.manner().healthCheck(), was.manner().healthCheck());
        add(
                changed,
                "readiness_check",
                spec.manner().readinessCheck(),
                was.manner().readinessCheck());
        add(changed, "working_dir", spec.manner().workingDir(), was.manner().workingDir());
        add(changed, "user", spec.manner().user(), was.manner().user());
        add(changed, "volumes", spec.manner().volumes(), was.manner().volumes());
        add(changed, "secrets", spec.manner().secrets(), was.manner().secrets());
        add(changed, "files", spec.manner().files(), was.manner().files());
        add(changed, "networks", spec.manner().networks(), was.manner().networks());
        add(changed, "stop_signal", spec.manner().stopSignal(), was.manner().stopSignal());
        add(changed, "stdin", spec.manner().stdin(), was.manner().stdin());
        add(changed, "tty", spec.manner().tty(), was.manner().tty());
        return changed;
    }

    private static void add(List<String> changed, String field, @Nullable Object now, @Nullable Object before) {
        if (!Objects.equals(now, before)) {
            changed.add(field);
        }
    }
}
