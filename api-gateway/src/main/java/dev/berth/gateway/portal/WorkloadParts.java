package dev.berth.gateway.portal;

import dev.berth.gateway.workload.CheckShape;
import dev.berth.gateway.workload.WorkloadView;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is in a workload's containers beside its image, as its page shows it.
 *
 * @param healthCheck in words, null for none
 */
record WorkloadParts(
        List<Mount> volumes,
        List<String> secrets,
        List<String> files,
        @Nullable String healthCheck,
        @Nullable String readinessCheck,
        @Nullable String user,
        @Nullable String workingDir,
        List<String> dependsOn) {
    /** A volume in the file system. */
    record Mount(String href, String name, String at) {}

    static WorkloadParts of(WorkloadView view) {
        return new WorkloadParts(
                view.volumes().stream()
                        .map(one -> new Mount(
                                "/volumes/" + one.volume(),
                                Objects.requireNonNullElse(one.name(), String.valueOf(one.volume())),
                                Boolean.TRUE.equals(one.readOnly())
                                        ? "at %s, read only".formatted(one.path())
                                        : "at " + one.path()))
                        .toList(),
                view.secrets().stream()
                        .map(one -> "%s as %s".formatted(one.name(), one.env() == null ? one.path() : one.env()))
                        .toList(),
                view.files().stream().map(one -> String.valueOf(one.path())).toList(),
                check(view.healthCheck()),
                check(view.readinessCheck()),
                view.user(),
                view.workingDir(),
                view.dependsOn());
    }

    /** Such as {@code HTTP /healthz on port 8080 every 10 s}. */
    static @Nullable String check(@Nullable CheckShape check) {
        if (check == null) {
            return null;
        }
        List<String> words = new ArrayList<>();
        words.add(
                String.valueOf(check.type()).equals("exec")
                        ? "runs"
                        : String.valueOf(check.type()).toUpperCase(java.util.Locale.ROOT));
        if (check.command() != null) {
            words.add(WorkloadFilled.quoted(check.command()));
        }
        if (check.path() != null) {
            words.add(check.path());
        }
        if (check.port() != null) {
            words.add("on port " + check.port());
        }
        words.add("every %d s".formatted(Objects.requireNonNullElse(check.intervalS(), BigInteger.TEN)));
        return String.join(" ", words);
    }
}
