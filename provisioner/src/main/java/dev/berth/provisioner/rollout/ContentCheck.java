package dev.berth.provisioner.rollout;

import dev.berth.schema.workload.ContentLimits;
import dev.berth.schema.workload.FileWish;
import dev.berth.schema.workload.RolloutStrategy;
import dev.berth.schema.workload.RolloutWish;
import dev.berth.schema.workload.SecretUse;
import dev.berth.schema.workload.VolumeMount;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Why the volumes, secrets and files of a wish can never be given to a container. Goal: nothing is mounted over the kernel's own files, over
 * something else that is mounted, or for two writers at once, whatever the gateway let through. Pure.
 */
final class ContentCheck {
    private final WorkloadDesired spec;
    private final List<VolumeMount> volumes;
    private final List<SecretUse> secrets;
    private final List<FileWish> files;

    private ContentCheck(WorkloadDesired spec) {
        this.spec = spec;
        this.volumes = Objects.requireNonNullElse(spec.volumes(), List.of());
        this.secrets = Objects.requireNonNullElse(spec.secrets(), List.of());
        this.files = Objects.requireNonNullElse(spec.files(), List.of());
    }

    /** What is wrong with it first; empty for nothing. */
    static Optional<String> refusal(WorkloadDesired spec) {
        ContentCheck check = new ContentCheck(spec);
        return check.counts()
                .or(check::mounts)
                .or(check::writer)
                .or(check::secrets)
                .or(check::files)
                .or(check::apart);
    }

    private Optional<String> counts() {
        if (volumes.size() > ContentLimits.MAX_MOUNTS) {
            return Optional.of("it has more than %d volumes".formatted(ContentLimits.MAX_MOUNTS));
        }
        return secrets.size() > ContentLimits.MAX_ITEMS || files.size() > ContentLimits.MAX_ITEMS
                ? Optional.of("it has more than %d secrets or files".formatted(ContentLimits.MAX_ITEMS))
                : Optional.empty();
    }

    private Optional<String> mounts() {
        for (int i = 0; i < volumes.size(); i++) {
            VolumeMount mount = volumes.get(i);
            Optional<String> wrong = path("a volume", mount.path());
            if (wrong.isPresent()) {
                return wrong;
            }
            for (VolumeMount other : volumes.subList(0, i)) {
                if (ContentLimits.overlap(mount.path(), other.path())) {
                    return Optional.of(
                            "the volumes at '%s' and '%s' are one in the other".formatted(other.path(), mount.path()));
                }
                if (mount.volume().equals(other.volume())) {
                    return Optional.of("the volume %s is there twice".formatted(mount.volume()));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> writer() {
        if (volumes.stream().allMatch(VolumeMount::readOnly)) {
            return Optional.empty();
        }
        if (spec.replicas() != 1) {
            return Optional.of("a workload that writes to a volume has one replica");
        }
        boolean task = spec.kind() == WorkloadKind.JOB || spec.kind() == WorkloadKind.CRON;
        RolloutWish rollout = spec.rollout();
        return task || (rollout != null && rollout.strategy() == RolloutStrategy.RECREATE)
                ? Optional.empty()
                : Optional.of("a workload that writes to a volume changes over by recreate");
    }

    private Optional<String> secrets() {
        for (SecretUse secret : secrets) {
            if (!ContentLimits.isSecret(secret.name())) {
                return Optional.of("a secret has a name of other characters than letters, digits, '_', '.' and '-'");
            }
            String env = secret.env();
            String path = secret.path();
            if ((env == null) == (path == null)) {
                return Optional.of("the secret '%s' is to be one of a variable and a file".formatted(secret.name()));
            }
            if (env != null && !ContentLimits.isVariable(env)) {
                return Optional.of("the variable of the secret '%s' cannot be named so".formatted(secret.name()));
            }
            Optional<String> wrong =
                    path == null ? Optional.empty() : path("the secret '%s'".formatted(secret.name()), path);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    private Optional<String> files() {
        for (FileWish file : files) {
            Optional<String> wrong = path("a file", file.path());
            if (wrong.isPresent()) {
                return wrong;
            }
            if (!ContentLimits.isContent(file.content())) {
                return Optional.of("the file '%s' is not text of at most %d bytes"
                        .formatted(file.path(), ContentLimits.MAX_FILE_BYTES));
            }
        }
        return Optional.empty();
    }

    /** Whether what came from several lists goes together. */
    private Optional<String> apart() {
        Set<String> variables = new HashSet<>(spec.env().keySet());
        List<String> paths = new ArrayList<>();
        for (SecretUse secret : secrets) {
            if (secret.env() != null && !variables.add(secret.env())) {
                return Optional.of("the variable '%s' is set twice".formatted(secret.env()));
            }
            if (secret.path() != null) {
                paths.add(secret.path());
            }
        }
        files.forEach(file -> paths.add(file.path()));
        for (int i = 0; i < paths.size(); i++) {
            String path = paths.get(i);
            for (String other : paths.subList(0, i)) {
                if (ContentLimits.overlap(path, other)) {
                    return Optional.of("of '%s' and '%s' one is in the other's place".formatted(other, path));
                }
            }
            if (volumes.stream().anyMatch(mount -> ContentLimits.isIn(mount.path(), path))) {
                return Optional.of("there is a volume at '%s', where a file or a secret is to be".formatted(path));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> path(String what, String path) {
        if (!ContentLimits.isPath(path)) {
            return Optional.of("%s is not at an absolute path of plain names".formatted(what));
        }
        return ContentLimits.isKernels(path)
                ? Optional.of("%s is in /proc, /sys or /dev, which are the kernel's".formatted(what))
                : Optional.empty();
    }
}
