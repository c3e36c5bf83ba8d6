package dev.berth.gateway.workload;

import dev.berth.gateway.edge.Words;
import dev.berth.schema.workload.ContentLimits;
import dev.berth.schema.workload.RolloutStrategy;
import dev.berth.schema.workload.RolloutWish;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules for volumes in the file systems of a workload. Pure.
 *
 * <p>A volume has one writer: so a workload that may write to one has one replica, and an old container of it ends before a new one
 * begins.
 */
final class MountRules {
    private MountRules() {}

    static List<MountWish> merge(@Nullable List<@Nullable MountShape> asked, List<MountWish> now, FieldCheck check) {
        if (asked == null) {
            return now;
        }
        if (asked.size() > ContentLimits.MAX_MOUNTS) {
            check.wrong("volumes", "must have at most %d items".formatted(ContentLimits.MAX_MOUNTS));
            return List.of();
        }
        List<MountWish> mounts = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            MountShape shape = asked.get(i);
            String field = "volumes[%d]".formatted(i);
            if (shape == null || shape.volume() == null || shape.volume().isEmpty()) {
                check.wrong(field + ".volume", "is required: the id or the name of a volume");
                continue;
            }
            String path = path(field + ".path", shape.path(), check);
            if (path != null) {
                apart(field, shape.volume(), path, mounts, check);
                mounts.add(new MountWish(shape.volume(), path, Boolean.TRUE.equals(shape.readOnly())));
            }
        }
        return mounts;
    }

    /** A place in the file system of a container; null, and said so, where it cannot be one. */
    static @Nullable String path(String field, @Nullable String asked, FieldCheck check) {
        if (asked == null || asked.isEmpty()) {
            check.wrong(field, "is required: where it is in the container");
            return null;
        }
        String path = asked.length() > 1 && asked.endsWith("/") ? asked.substring(0, asked.length() - 1) : asked;
        if (!ContentLimits.isPath(path)) {
            check.wrong(field, "must be an absolute path of plain names, not the root");
            return null;
        }
        if (ContentLimits.isKernels(path)) {
            check.wrong(field, "must not be in /proc, /sys or /dev, which are the kernel's");
            return null;
        }
        return path;
    }

    private static void apart(String field, String volume, String path, List<MountWish> mounts, FieldCheck check) {
        for (MountWish other : mounts) {
            if (ContentLimits.overlap(other.path(), path)) {
                check.wrong(field + ".path", "and '%s' must not be one in the other".formatted(other.path()));
            }
            if (other.volume().equals(volume)) {
                check.wrong(field + ".volume", "'%s' is there twice".formatted(Words.cut(volume)));
            }
        }
    }

    /** What writing to a volume asks of the rest of a workload; with the rollout that fits where none was chosen. */
    static Manner writer(Manner manner, int replicas, boolean chosen, boolean task, FieldCheck check) {
        if (!manner.writes()) {
            return manner;
        }
        if (replicas != 1) {
            check.wrong(
                    task ? "parallelism" : "replicas",
                    "must be 1 where a volume is written to; with read_only there may be more");
        }
        RolloutWish rollout = manner.rollout();
        if (task || (rollout != null && rollout.strategy() == RolloutStrategy.RECREATE)) {
            return manner;
        }
        if (chosen) {
            check.wrong(
                    "rollout.strategy",
                    "must be recreate where a volume is written to, since it has one writer at a time");
            return manner;
        }
        RolloutWish like = rollout == null ? RolloutWish.USUAL : rollout;
        return manner.with(new RolloutWish(
                RolloutStrategy.RECREATE,
                like.maxSurge(),
                like.maxUnavailable(),
                like.minReadySeconds(),
                like.deadlineSeconds(),
                like.canaryReplicas(),
                false,
                like.rollback(),
                false,
                like.paused()));
    }
}
