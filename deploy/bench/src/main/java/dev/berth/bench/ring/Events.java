package dev.berth.bench.ring;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * When a customer who listens to {@code /v1/events} hears of each workload's first start. Who asks again and again instead takes
 * processor time from what is measured. Thread-safe.
 */
public final class Events implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String DATA = "data:";

    private final Map<String, Instant> startedAt = new ConcurrentHashMap<>();
    private final Stream<String> lines;

    private Events(HttpResponse<Stream<String>> response) {
        lines = response.body();
        Thread.ofVirtual().name("events").start(this::read);
    }

    /** Listens from now on. */
    public static Events of(Api customer) {
        return new Events(customer.stream("/v1/events?type=container.started"));
    }

    /** When the start of a container of that workload was heard of; empty until it was. */
    public Optional<Instant> started(String workload) {
        return Optional.ofNullable(startedAt.get(workload));
    }

    private void read() {
        lines.filter(line -> line.startsWith(DATA)).forEach(line -> {
            Instant now = Instant.now();
            JsonNode event = JSON.readTree(line.substring(DATA.length()));
            startedAt.putIfAbsent(event.at("/workload").asString(), now);
        });
    }

    @Override
    public void close() {
        lines.close();
    }
}
