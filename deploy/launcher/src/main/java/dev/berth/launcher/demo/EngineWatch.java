package dev.berth.launcher.demo;

import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.engine.Engine;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * Looks at containers through the engine itself, again and again while they exist, and keeps what it said of their start and end. Where
 * a container was removed before its end was seen, the engine's own event of its death is the second source, marked as such.
 */
final class EngineWatch implements AutoCloseable {
    private static final long EVERY_MS = 100;

    private final Engine engine;
    private final Instant since;
    private final Set<String> watched = ConcurrentHashMap.newKeySet();
    private final Map<String, Sight> sights = new ConcurrentHashMap<>();
    private final Thread thread;

    /**
     * What the engine said of a container.
     *
     * @param startedAt {@code State.StartedAt}
     * @param finishedAt {@code State.FinishedAt}; empty while it runs
     * @param fromEvent whether the end is the time of an event, which is some milliseconds late
     */
    record Sight(Instant startedAt, Optional<Instant> finishedAt, boolean fromEvent) {
        Optional<Span> span() {
            return finishedAt.map(end -> new Span(startedAt, end));
        }
    }

    EngineWatch(Engine engine, Instant since) {
        this.engine = engine;
        this.since = since;
        this.thread = Thread.ofVirtual().name("engine-watch").start(this::loop);
    }

    /** Looks at this container from now on. */
    void watch(String engineId) {
        if (!engineId.isEmpty()) {
            watched.add(engineId);
        }
    }

    private void loop() {
        try {
            while (true) {
                watched.forEach(this::look);
                TimeUnit.MILLISECONDS.sleep(EVERY_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(String engineId) {
        Sight known = sights.get(engineId);
        if (known != null && known.finishedAt().isPresent() && !known.fromEvent()) {
            return;
        }
        try {
            engine.inspect(engineId).ifPresent(inspected -> sights.put(engineId, sight(inspected)));
        } catch (LaunchException e) {
            // It is asked again in a moment.
            return;
        }
    }

    static Sight sight(JsonNode inspected) {
        JsonNode state = inspected.path("State");
        Instant started = Instant.parse(state.path("StartedAt").asString("0001-01-01T00:00:00Z"));
        Instant finished = Instant.parse(state.path("FinishedAt").asString("0001-01-01T00:00:00Z"));
        boolean over = !state.path("Running").asBoolean(false) && finished.isAfter(started);
        return new Sight(started, over ? Optional.of(finished) : Optional.empty(), false);
    }

    /** What is known, by engine id; looks once more, and at the engine's events for ends that nobody saw. */
    Map<String, Sight> sights() {
        watched.forEach(this::look);
        Map<String, Sight> all = new TreeMap<>();
        for (String id : watched) {
            Sight sight = sights.get(id);
            if (sight == null || sight.finishedAt().isEmpty()) {
                sight = fromEvents(id).orElse(sight);
            }
            if (sight != null) {
                all.put(id, sight);
            }
        }
        return all;
    }

    private Optional<Sight> fromEvents(String id) {
        Optional<Instant> start = Optional.empty();
        Optional<Instant> end = Optional.empty();
        for (JsonNode event : engine.events(id, since, Instant.now())) {
            long nanos = event.path("timeNano").asLong(0);
            Instant at = Instant.ofEpochSecond(nanos / 1_000_000_000L, nanos % 1_000_000_000L);
            switch (event.path("Action").asString("")) {
                case "start" -> start = Optional.of(at);
                case "die" -> end = Optional.of(at);
                default -> {}
            }
        }
        Sight seen = sights.get(id);
        Optional<Instant> began = seen == null ? start : Optional.of(seen.startedAt());
        Optional<Instant> ended = end;
        return began.map(at -> new Sight(at, ended, true));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
