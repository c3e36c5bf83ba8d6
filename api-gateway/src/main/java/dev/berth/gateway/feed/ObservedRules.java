package dev.berth.gateway.feed;

import dev.berth.gateway.quota.Amount;
import dev.berth.gateway.workload.Observed;
import dev.berth.schema.container.LaunchFailed;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is observed of a workload, and whether a job has come to its end; pure.
 *
 * <p>States: {@code pending} (nothing was heard of it), {@code starting} (fewer run than wished, none has failed),
 * {@code running} (as many as wished), {@code paused} (what runs is frozen), {@code degraded} (fewer run than wished because some failed), {@code restarting} (none runs,
 * the last one ended by itself and another is to come), {@code failed} (none runs, and the last one did not work),
 * {@code finished} (a job that did what it was to do), {@code stopping}, {@code stopped}, {@code removed}.
 */
final class ObservedRules {
    private ObservedRules() {}

    /**
     * What is observed.
     *
     * @param wish null while none was read
     * @param sightings the containers that run, and of those that do not at least the latest
     */
    static Observed observe(@Nullable Wish wish, List<Sighting> sightings) {
        List<Sighting> running = sightings.stream()
                .filter(one -> one.state() == Sighting.State.RUNNING)
                .toList();
        Optional<Sighting> ended = sightings.stream()
                .filter(one -> one.state() != Sighting.State.RUNNING)
                .max(Comparator.comparing(Sighting::container, Comparator.comparing(id -> id.toString())));
        boolean frozen = !running.isEmpty() && running.stream().allMatch(Sighting::paused);
        boolean reached = wish != null && isReached(wish, running);
        long generation = wish != null && reached
                ? wish.generation()
                : sightings.stream().mapToLong(Sighting::generation).max().orElse(0);
        String state = wish == null
                ? (running.isEmpty() ? "stopped" : "running")
                : frozen && wish.wantsToRun()
                        ? Observed.PAUSED
                        : state(wish, running.size(), ended.filter(one -> one.generation() > wish.runAfter()));
        Instant since = sightings.stream()
                .map(Sighting::changedAt)
                .max(Comparator.naturalOrder())
                .filter(changed -> wish == null || changed.isAfter(wish.changedAt()))
                .orElseGet(() -> wish == null ? null : wish.changedAt());
        return new Observed(
                state,
                running.size(),
                running.size(),
                generation,
                message(wish, state, ended),
                since,
                digest(sightings),
                null,
                new Observed.Reach(
                        reached,
                        running.stream()
                                .map(one -> Amount.of(1, one.cpuMillis(), one.memoryMib()))
                                .collect(Collectors.toSet())));
    }

    /** Whether the world is as wished: as many run, and all of the present revision and run. Fewer replicas need no new container. */
    private static boolean isReached(Wish wish, List<Sighting> running) {
        return running.size() == (wish.wantsToRun() ? wish.replicas() : 0)
                && running.stream().allMatch(one -> one.generation() > wish.runAfter());
    }

    private static String state(Wish wish, int running, Optional<Sighting> ended) {
        if (!wish.wantsToRun()) {
            if (running > 0) {
                return "stopping";
            }
            return wish.state().equals("stopped") && wish.isJob() && wish.heldBy() == null
                    ? ended.map(one -> outcome(wish, one)).orElse("stopped")
                    : wish.state();
        }
        if (running >= wish.replicas()) {
            return "running";
        }
        boolean failing = ended.filter(ObservedRules::isFailure).isPresent();
        if (running > 0) {
            return wish.isJob() ? "running" : failing ? "degraded" : "starting";
        }
        if (ended.isEmpty()) {
            return "pending";
        }
        if (wish.isJob() && (hasSeveral(wish) ? isOver(wish) : isLast(ended.get(), wish.restart()))) {
            return outcome(wish, ended.get());
        }
        if (ended.get().state() == Sighting.State.FAILED) {
            return "failed";
        }
        return endedByItself(ended.get()) ? "restarting" : "starting";
    }

    private static boolean hasSeveral(Wish job) {
        return job.counted().completions() > 1;
    }

    private static boolean isOver(Wish job) {
        return job.counted().failed() > 0
                || job.counted().succeeded() >= job.counted().completions();
    }

    /** What a job's last container tells of the job, or its indices where there are several. */
    private static String outcome(Wish job, Sighting last) {
        if (hasSeveral(job) && isOver(job)) {
            return job.counted().failed() > 0 ? "failed" : "finished";
        }
        if (isFailure(last)) {
            return "failed";
        }
        return endedByItself(last) ? "finished" : "stopped";
    }

    /**
     * What became of the indices of a job: those whose latest container has ended and after which none is to follow.
     *
     * @param latest the latest container of each index, of the present revision and run
     */
    static Wish.Counted count(Wish job, List<Sighting> latest) {
        int succeeded = 0;
        int failed = 0;
        Sighting first = null;
        for (Sighting one : latest) {
            if (isLast(one, job.restart())) {
                boolean failure = isFailure(one);
                succeeded += failure ? 0 : 1;
                failed += failure ? 1 : 0;
                first = failure && (first == null || one.changedAt().isBefore(first.changedAt())) ? one : first;
            }
        }
        String failure = first == null ? null : why(first);
        int completions = job.counted().completions();
        return new Wish.Counted(
                completions,
                succeeded,
                failed,
                failure == null || completions == 1 || first == null
                        ? failure
                        : "index %d: %s".formatted(first.replica() - 1, failure));
    }

    /**
     * Whether a job has come to its end: all of its indices have ended well, or one has not and nothing runs any more; the others
     * are stopped then.
     *
     * @param latest the latest container of each index, of the present revision and run
     */
    static boolean isFinished(Wish job, List<Sighting> latest) {
        return job.isJob()
                && job.wantsToRun()
                && isOver(job.with(count(job, latest)))
                && latest.stream().noneMatch(one -> one.state() == Sighting.State.RUNNING);
    }

    /** Whether no other container takes the place of this one. */
    private static boolean isLast(Sighting one, String restart) {
        return switch (one.state()) {
            case RUNNING -> false;
            case FAILED -> LaunchFailed.isFinal(one.reason());
            case STOPPED ->
                "max_runtime".equals(one.reason())
                        || (endedByItself(one)
                                && (restart.equals("never") || (restart.equals("on_failure") && !isFailure(one))));
        };
    }

    private static boolean endedByItself(Sighting one) {
        return "exited".equals(one.reason())
                || "oom_killed".equals(one.reason())
                || "disk_full".equals(one.reason())
                || "unhealthy".equals(one.reason());
    }

    private static boolean isFailure(Sighting one) {
        Integer exitCode = one.exitCode();
        return one.state() == Sighting.State.FAILED
                || "oom_killed".equals(one.reason())
                || "max_runtime".equals(one.reason())
                || "unhealthy".equals(one.reason())
                || "disk_full".equals(one.reason())
                || ("exited".equals(one.reason()) && (exitCode == null || exitCode != 0));
    }

    private static @Nullable String message(@Nullable Wish wish, String state, Optional<Sighting> ended) {
        if (wish != null && wish.heldBy() != null) {
            return "held: " + wish.heldBy().replace('_', ' ');
        }
        if (ended.isEmpty() || !List.of("degraded", "restarting", "failed").contains(state)) {
            return null;
        }
        String failure = wish == null ? null : wish.counted().failure();
        return failure != null && state.equals("failed") ? failure : why(ended.get());
    }

    private static String why(Sighting last) {
        if (last.message() != null) {
            return last.message();
        }
        return switch (String.valueOf(last.reason()).toLowerCase(Locale.ROOT)) {
            case "oom_killed" -> "ran out of memory";
            case "disk_full" -> "wrote more into its own root than it may";
            case "unhealthy" -> "its health check failed";
            case "max_runtime" -> "ran for as long as it may";
            case "exited" -> last.exitCode() == null ? "ended" : "ended with exit code %d".formatted(last.exitCode());
            default -> "stopped: " + last.reason();
        };
    }

    /** The digest of the newest container's image, where its name has one. */
    private static @Nullable String digest(List<Sighting> sightings) {
        return sightings.stream()
                .max(Comparator.comparingLong(Sighting::generation))
                .map(Sighting::image)
                .filter(image -> image.contains("@"))
                .map(image -> image.substring(image.indexOf('@') + 1))
                .orElse(null);
    }
}
