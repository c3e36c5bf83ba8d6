package dev.berth.walk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * What the Docker Engine itself says of an account's containers, kept by looking with the ordinary client, apart from
 * everything that Berth does. A container's last word is its {@code State} after it exited.
 */
final class Witness implements AutoCloseable {
    /** What {@code docker inspect} said; {@code finishedAt} is null while it runs. */
    record Seen(
            String container,
            String engineId,
            Instant startedAt,
            @org.jspecify.annotations.Nullable Instant finishedAt) {
        long ms() {
            return java.util.Objects.requireNonNull(finishedAt, () -> container + " still runs")
                            .toEpochMilli()
                    - startedAt.toEpochMilli();
        }
    }

    private final String account;
    private final Map<String, Seen> seen = new ConcurrentSkipListMap<>();
    private final Thread looker;
    private volatile boolean looking = true;

    Witness(String account) {
        this.account = account;
        this.looker = Thread.ofPlatform().daemon().name("witness").start(() -> {
            while (looking) {
                look();
                Until.pause();
            }
        });
    }

    /** Looks once, now. */
    synchronized void look() {
        List<String> ids = docker("ps", "-aq", "--no-trunc", "--filter", "label=dev.berth.account=" + account)
                .lines()
                .filter(id -> {
                    Seen before = seen.get(id);
                    return before == null || before.finishedAt == null;
                })
                .toList();
        if (ids.isEmpty()) {
            return;
        }
        List<String> inspect = new ArrayList<>(List.of("inspect"));
        inspect.addAll(ids);
        String answer = docker(inspect.toArray(String[]::new));
        for (JsonNode it : new ObjectMapper().readTree(answer.isBlank() ? "[]" : answer)) {
            Instant started = Instant.parse(it.at("/State/StartedAt").asString());
            Instant finished = Instant.parse(it.at("/State/FinishedAt").asString());
            if (started.getEpochSecond() > 0) {
                String id = it.at("/Id").asString();
                seen.put(
                        id,
                        new Seen(
                                it.at("/Config/Labels/dev.berth.container").asString(),
                                id,
                                started,
                                it.at("/State/Running").asBoolean() || finished.getEpochSecond() < 0
                                        ? null
                                        : finished));
            }
        }
    }

    /** Milliseconds by container (Berth's id); all must have ended. */
    Map<String, Long> ms() {
        look();
        Map<String, Long> ms = new TreeMap<>();
        seen.values().forEach(it -> ms.put(it.container, it.ms()));
        return ms;
    }

    /** The containers that run now. */
    long running() {
        look();
        return docker("ps", "-q", "--filter", "label=dev.berth.account=" + account)
                .lines()
                .count();
    }

    /** How many there ever were. */
    int count() {
        look();
        return seen.size();
    }

    @Override
    public void close() {
        looking = false;
        try {
            looker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String docker(String... args) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(args));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException("the docker client is needed: apt-get install docker.io", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
