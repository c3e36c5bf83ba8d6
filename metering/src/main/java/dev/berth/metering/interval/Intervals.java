package dev.berth.metering.interval;

import dev.berth.metering.interval.Fact.Failed;
import dev.berth.metering.interval.Fact.Resized;
import dev.berth.metering.interval.Fact.Started;
import dev.berth.metering.interval.Fact.Stopped;
import dev.berth.metering.interval.Finding.Kind;
import dev.berth.metering.inventory.Sighting;
import dev.berth.schema.id.ContainerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Intervals of one container from what is known of it. Pure: the same facts and the same sighting give the same intervals, in
 * whatever order they came.
 *
 * <p>Goals: no second lost, none billed twice, none guessed. Contradictions never throw: the rule below decides, a finding tells.
 *
 * <p>Algorithm: the life {@code [start, end)} first. A stop carries both its ends and is the engine's last word. Without a stop the
 * life is open, unless an inventory missed the container: then what is proven (start, resizes, inventories that listed it) is billed, and
 * the gap from there to that inventory is an interval of its own at zero. So is the time from a stop's own last proof of life to the stop,
 * where the host went down in between. Then the life is cut at the resizes.
 *
 * <p>Example: started 10:00 at 500 m, resized 10:20 to 1000 m, listed at 10:30, not listed at 10:31, no stop: 10:00–10:20 at 500 m,
 * 10:20–10:30 at 1000 m, 10:30–10:31 at zero ({@code missing_stop}). When the stop of 10:30:12 comes at last: 10:00–10:20,
 * 10:20–10:30:12, and no finding.
 */
public final class Intervals {
    /** How far an inventory's clock may be from the engine's before a listing after the stop is worth a finding. */
    static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

    private static final Comparator<Fact> BY_SEQUENCE = Comparator.comparingLong(Fact::sequence);
    private static final Comparator<Fact> BY_TIME =
            Comparator.comparing((Fact fact) -> fact.said().at()).thenComparingLong(Fact::sequence);

    /** Intervals by start, and what did not fit. */
    public record Derived(List<Interval> intervals, List<Finding> findings) {}

    private record Life(
            Instant start,
            @Nullable Instant end,
            @Nullable Instant gapEnd,
            ZeroReason gapReason,
            @Nullable Size size,
            Fact begun) {}

    private final List<Fact> facts;
    private final @Nullable Sighting sighting;
    private final Map<String, Finding> findings = new LinkedHashMap<>();
    private final @Nullable Fact started;
    private final @Nullable Fact stopped;
    private final @Nullable Fact failed;
    private final List<Fact> resizes;

    private Intervals(List<Fact> facts, @Nullable Sighting sighting) {
        this.facts = facts;
        this.sighting = sighting;
        Fact firstStart = null;
        Fact lastStop = null;
        Fact firstFailure = null;
        List<Fact> sizes = new ArrayList<>();
        for (Fact fact : facts) {
            switch (fact.said()) {
                case Started _ -> firstStart = firstStart == null ? fact : firstStart;
                case Stopped _ -> lastStop = fact;
                case Failed _ -> firstFailure = firstFailure == null ? fact : firstFailure;
                case Resized _ -> sizes.add(fact);
            }
        }
        started = firstStart;
        stopped = lastStop;
        failed = firstFailure;
        sizes.sort(BY_TIME);
        resizes = sizes;
    }

    /**
     * Derives them.
     *
     * @param facts of this container, each sequence once, in any order
     * @param sighting what inventories add; null for nothing
     */
    public static Derived of(ContainerId container, Collection<Fact> facts, @Nullable Sighting sighting) {
        if (!facts.isEmpty()) {
            List<Fact> sorted = new ArrayList<>(facts);
            sorted.sort(BY_SEQUENCE);
            return new Intervals(sorted, sighting).derive();
        }
        if (sighting == null || sighting.startedAt() == null) {
            return new Derived(List.of(), List.of());
        }
        Finding finding = new Finding(
                Kind.UNKNOWN_CONTAINER,
                container,
                null,
                null,
                sighting.startedAt(),
                sighting.missingAt(),
                "an inventory lists it, but no fact of it came");
        return new Derived(List.of(), List.of(finding));
    }

    /** The latest instant at which its own facts prove it alive; null without a start and after a stop. */
    static @Nullable Instant provenAlive(Collection<Fact> facts) {
        Instant proof = null;
        boolean begun = false;
        for (Fact fact : facts) {
            switch (fact.said()) {
                case Started s -> {
                    begun = true;
                    proof = later(proof, s.at());
                }
                case Resized r -> proof = later(proof, r.at());
                case Stopped _ -> {
                    return null;
                }
                case Failed _ -> {}
            }
        }
        return begun ? proof : null;
    }

    private Derived derive() {
        checkFacts();
        Life life = life();
        List<Interval> intervals;
        if (life != null) {
            intervals = cut(life);
        } else if (failed != null) {
            intervals =
                    List.of(interval(failed, failed.said().at(), failed.said().at(), null, ZeroReason.LAUNCH_FAILED));
        } else {
            Fact first = resizes.getFirst();
            find(Kind.MISSING_START, first.said().at(), null, "resized, but neither its start nor its stop came");
            intervals = List.of();
        }
        return new Derived(List.copyOf(intervals), List.copyOf(findings.values()));
    }

    private void checkFacts() {
        Fact last = facts.getLast();
        if (last.sequence() > facts.size()) {
            find(
                    Kind.MISSING_FACT,
                    facts.getFirst().said().at(),
                    last.said().at(),
                    "%d of %d facts came".formatted(facts.size(), last.sequence()));
        }
        for (Fact fact : facts) {
            if (fact.contested()) {
                find(
                        Kind.CONTESTED_FACT,
                        fact.said().at(),
                        null,
                        "two events say different things under sequence %d".formatted(fact.sequence()));
            }
            if (started != null
                    && fact.said() instanceof Started
                    && !fact.said().at().equals(started.said().at())) {
                find(Kind.STARTED_TWICE, started.said().at(), fact.said().at(), "it started a second time");
            }
            if (stopped != null
                    && fact.said() instanceof Stopped
                    && !fact.said().equals(stopped.said())) {
                find(Kind.STOPPED_TWICE, fact.said().at(), null, "another stop came later and counts");
            }
        }
        if (failed != null && (started != null || stopped != null)) {
            find(Kind.FAILED_YET_RAN, failed.said().at(), null, "its launch was told as failed, yet it ran");
        }
    }

    private @Nullable Life life() {
        if (stopped != null && stopped.said() instanceof Stopped stop) {
            return stoppedLife(stopped, stop);
        }
        if (started == null || !(started.said() instanceof Started start)) {
            return null;
        }
        Instant missingAt = sighting == null ? null : sighting.missingAt();
        Instant proof = Objects.requireNonNull(provenAlive(facts));
        if (sighting != null && sighting.lastProof() != null) {
            proof = later(proof, sighting.lastProof());
        }
        if (missingAt == null || missingAt.isBefore(proof)) {
            return new Life(start.at(), null, null, ZeroReason.MISSING_STOP, start.size(), started);
        }
        find(
                Kind.MISSING_STOP,
                proof,
                missingAt,
                "last proven alive at %s; the inventory of %s at %s did not list it; no stop came"
                        .formatted(proof, start.host(), missingAt));
        return new Life(start.at(), proof, missingAt, ZeroReason.MISSING_STOP, start.size(), started);
    }

    private Life stoppedLife(Fact fact, Stopped stop) {
        Instant start = stop.startedAt();
        Size size = resizes.isEmpty() ? stop.size() : null;
        Fact begun = fact;
        if (started != null && started.said() instanceof Started s) {
            size = s.size();
            begun = started;
            if (!s.at().equals(start)) {
                find(Kind.START_DIFFERS, s.at(), start, "its start said %s, its stop %s".formatted(s.at(), start));
            }
        }
        Instant end = stop.at();
        if (end.isBefore(start)) {
            find(Kind.STOP_BEFORE_START, end, start, "it stopped at %s and started at %s".formatted(end, start));
            end = start;
        }
        Instant proof = sighting == null ? null : sighting.lastProof();
        if (proof != null && proof.isAfter(stop.at().plus(CLOCK_TOLERANCE))) {
            // Which inventory depends on when one looks; that there is one does not.
            find(Kind.ALIVE_AFTER_STOP, stop.at(), null, "an inventory of %s listed it later".formatted(stop.host()));
        }
        checkLastSize(stop, size);
        Instant proven = stop.provenUntil();
        if (proven != null && proven.isBefore(end)) {
            return new Life(start, later(start, proven), end, ZeroReason.HOST_UNREACHABLE, size, begun);
        }
        return new Life(start, end, null, ZeroReason.HOST_UNREACHABLE, size, begun);
    }

    private void checkLastSize(Stopped stop, @Nullable Size first) {
        Size last = first;
        for (Fact resize : resizes) {
            if (resize.said() instanceof Resized r && !r.at().isAfter(stop.at())) {
                last = r.size();
            }
        }
        if (last != null && !last.equals(stop.size())) {
            find(
                    Kind.SIZE_DIFFERS,
                    stop.at(),
                    null,
                    "at its stop it had %s, its facts say %s"
                            .formatted(stop.size().text(), last.text()));
        }
    }

    private List<Interval> cut(Life life) {
        List<Interval> out = new ArrayList<>();
        Instant from = life.start();
        Size size = life.size();
        Fact begun = life.begun();
        for (Fact fact : resizes) {
            if (!(fact.said() instanceof Resized resize)) {
                continue;
            }
            Instant at = resize.at();
            if (life.end() != null && !at.isBefore(life.end()) && !at.equals(life.start())) {
                if (at.isAfter(life.end())) {
                    find(Kind.RESIZE_OUTSIDE, at, null, "resized after its stop: left out");
                }
                continue;
            }
            if (at.isBefore(life.start())) {
                find(Kind.RESIZE_OUTSIDE, at, life.start(), "resized before its start: counted from its start");
                at = life.start();
            }
            if (resize.size().equals(size)) {
                continue;
            }
            if (from.isBefore(at)) {
                out.add(piece(begun, from, at, size));
            }
            from = at;
            size = resize.size();
            begun = fact;
        }
        boolean gap =
                life.gapEnd() != null && Objects.requireNonNull(life.end()).isBefore(life.gapEnd());
        if (life.end() == null || from.isBefore(life.end()) || (out.isEmpty() && !gap)) {
            out.add(piece(begun, from, life.end(), size));
        }
        if (gap) {
            out.add(interval(begun, Objects.requireNonNull(life.end()), life.gapEnd(), size, life.gapReason()));
        }
        return out;
    }

    private Interval piece(Fact begun, Instant from, @Nullable Instant to, @Nullable Size size) {
        if (size != null) {
            return interval(begun, from, to, size, null);
        }
        find(Kind.SIZE_UNKNOWN, from, to, "its size is unknown until its start comes");
        Size atStop = ((Stopped) Objects.requireNonNull(stopped).said()).size();
        return interval(begun, from, to, atStop, ZeroReason.SIZE_UNKNOWN);
    }

    private Interval interval(
            Fact begun, Instant from, @Nullable Instant to, @Nullable Size size, @Nullable ZeroReason zeroReason) {
        String host = "";
        String engineId = null;
        for (Fact fact : facts) {
            switch (fact.said()) {
                case Started s -> {
                    host = s.host();
                    engineId = engineId == null ? s.engineId() : engineId;
                }
                case Stopped s -> {
                    host = host.isEmpty() ? s.host() : host;
                    engineId = engineId == null ? s.engineId() : engineId;
                }
                case Failed f -> host = host.isEmpty() ? f.host() : host;
                case Resized _ -> {}
            }
        }
        return new Interval(
                begun.container(),
                begun.account(),
                begun.workload(),
                begun.partition(),
                host,
                engineId,
                from,
                to,
                size,
                zeroReason,
                begun.sequence(),
                begun.cause());
    }

    private void find(Kind kind, Instant from, @Nullable Instant to, String detail) {
        Fact first = facts.getFirst();
        findings.putIfAbsent(
                kind + "@" + from,
                new Finding(kind, first.container(), first.account(), first.workload(), from, to, detail));
    }

    private static Instant later(@Nullable Instant a, Instant b) {
        return a == null || a.isBefore(b) ? b : a;
    }
}
