package dev.berth.gateway.workload;

import dev.berth.gateway.workload.Loads.Load;
import dev.berth.gateway.workload.ScaleState.Mark;
import dev.berth.gateway.workload.ScaleState.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How many replicas a service is to have by what they use. Pure.
 *
 * <p>Goal: the use of the replicas, averaged, is near the aim; of two aims the one that asks for more counts. Algorithm, as Kubernetes'
 * HorizontalPodAutoscaler has it: {@code desired = ceil(current × use / aim)}; nothing within a tenth of the aim. Only replicas that can
 * be given work, and of which two looks tell the rate, are counted as they are. The others are taken to use nothing when it would grow,
 * and all they may (or the aim, where that is more) when it would shrink; if that turns the direction round, it stays. It grows at once,
 * at most to the double or by four a look. It shrinks to the most that was recommended within the cooldown.
 *
 * <p>Example: 2 replicas of 250 m that use 207 m each, aim 50 %: {@code ceil(2 × 82.8 / 50) = 4}.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#algorithm-details">Kubernetes,
 *     Horizontal Pod Autoscaling, algorithm details</a>
 */
final class Recommender {
    /** One part in so many of the aim is near enough. */
    private static final int TOLERANCE = 10;

    private static final int STEP = 4;
    private static final long PERCENT = 100;
    private static final long MILLIS = 1_000;
    private static final long MIB = 1 << 20;

    /** A sample that is older than this tells no rate of now. */
    private static final Duration STALE = Duration.ofMinutes(2);

    /** What one replica uses of what it may, in whatever unit. */
    record Use(long used, long limit) {}

    /**
     * What is recommended.
     *
     * @param replicas within the bounds
     * @param message what was seen and what follows, such as {@code cpu 83 % of 250 m, aim 50 %: 2 to 4}
     */
    record Recommendation(int replicas, String message, ScaleState next) {}

    private Recommender() {}

    /**
     * Decides.
     *
     * @param spec with autoscaling
     * @param loads of its containers that run
     */
    static Recommendation recommend(Spec spec, Autoscale scale, List<Load> loads, ScaleState state, Instant now) {
        int current = spec.replicas();
        List<Load> ready = loads.stream().filter(Load::ready).toList();
        List<String> seen = new ArrayList<>();
        Integer proposed = null;
        boolean blind = false;
        if (scale.cpuPercent() != null) {
            List<Use> uses = cpu(ready, state.samples());
            long limit = spec.cpuMillis().value();
            seen.add(said("cpu", uses, "%d m".formatted(limit), scale.cpuPercent()));
            blind = uses.isEmpty();
            proposed = desired(current, scale.cpuPercent(), limit, uses);
        }
        if (scale.memoryPercent() != null) {
            List<Use> uses = ready.stream()
                    .map(load -> new Use(load.memoryBytes(), load.memoryLimitBytes()))
                    .toList();
            long limit = spec.memoryMib().value() * MIB;
            seen.add(said("memory", uses, "%d MiB".formatted(spec.memoryMib().value()), scale.memoryPercent()));
            blind |= uses.isEmpty();
            int other = desired(current, scale.memoryPercent(), limit, uses);
            proposed = proposed == null ? other : Math.max(proposed, other);
        }
        int wanted = proposed == null ? current : blind ? Math.max(proposed, current) : proposed;
        List<Mark> before = state.history().isEmpty() ? List.of(new Mark(now, current)) : state.history();
        Duration cooldown = Duration.ofSeconds(scale.cooldownSeconds());
        List<Mark> history = ScaleState.after(before, new Mark(now, scale.within(wanted)), cooldown);
        int replicas = scale.within(Math.min(settled(current, wanted, history), most(current)));
        return new Recommendation(
                replicas,
                String.join(", ", seen) + ": " + follows(current, wanted, replicas, scale),
                new ScaleState(samples(loads), history));
    }

    /** What the use of one resource asks for, without bounds of any kind. */
    static int desired(int current, int aim, long limitOfOne, List<Use> uses) {
        long used = uses.stream().mapToLong(Use::used).sum();
        long limit = uses.stream().mapToLong(Use::limit).sum();
        if (limit == 0) {
            return current;
        }
        int direction = Long.signum(used * PERCENT - aim * limit);
        long others = Math.max(0, current - uses.size()) * limitOfOne;
        if (direction < 0) {
            used += others * Math.max(PERCENT, aim) / PERCENT;
        }
        limit += others;
        long over = used * PERCENT - aim * limit;
        if (Long.signum(over) != direction || Math.abs(over) * TOLERANCE <= aim * limit) {
            return current;
        }
        return Math.toIntExact(Math.min(Integer.MAX_VALUE, Math.ceilDiv(current * used * PERCENT, aim * limit)));
    }

    /** What each container uses of its CPU since the look before, in thousandths of a core; those of which it is not known are left out. */
    private static List<Use> cpu(List<Load> loads, List<Sample> before) {
        Map<Object, Sample> known = before.stream().collect(Collectors.toMap(Sample::container, Function.identity()));
        List<Use> uses = new ArrayList<>();
        for (Load load : loads) {
            Long rate = rate(known.get(load.container()), load);
            if (rate != null) {
                uses.add(new Use(rate, load.cpuLimitMillis()));
            }
        }
        return uses;
    }

    private static @Nullable Long rate(@Nullable Sample before, Load now) {
        if (before == null || !before.at().isBefore(now.at()) || before.cpuNanos() > now.cpuNanos()) {
            return null;
        }
        Duration between = Duration.between(before.at(), now.at());
        return between.compareTo(STALE) > 0
                ? null
                : Long.valueOf((now.cpuNanos() - before.cpuNanos()) * MILLIS / between.toNanos());
    }

    private static List<Sample> samples(List<Load> loads) {
        return loads.stream()
                .map(load -> new Sample(load.container(), load.at(), load.cpuNanos()))
                .toList();
    }

    /** It shrinks to the most that was recommended within the cooldown. */
    private static int settled(int current, int wanted, List<Mark> history) {
        return wanted >= current
                ? wanted
                : Math.min(
                        current, history.stream().mapToInt(Mark::replicas).max().orElse(current));
    }

    /** To how many it may grow at one look. */
    private static int most(int current) {
        return Math.max(2 * current, current + STEP);
    }

    private static String said(String what, List<Use> uses, String limit, int aim) {
        long all = uses.stream().mapToLong(Use::limit).sum();
        return all == 0
                ? "%s not known yet, aim %d %%".formatted(what, aim)
                : "%s %d %% of %s, aim %d %%"
                        .formatted(what, uses.stream().mapToLong(Use::used).sum() * PERCENT / all, limit, aim);
    }

    private static String follows(int current, int wanted, int replicas, Autoscale scale) {
        if (replicas != current) {
            return "%d to %d".formatted(current, replicas);
        }
        if (wanted > current) {
            return "%d is the most".formatted(current);
        }
        return scale.within(wanted) < current
                ? "%d stays for its cooldown of %d s".formatted(current, scale.cooldownSeconds())
                : "%d is right".formatted(current);
    }
}
