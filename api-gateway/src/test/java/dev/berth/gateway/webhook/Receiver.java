package dev.berth.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** A customer's server, over real HTTP on this machine; it notes what comes and answers as it is told. Thread-safe. */
public final class Receiver implements AutoCloseable {
    /** Something that came. */
    public record Request(String id, String type, String body, Map<String, List<String>> headers, int answered) {
        /** Its headers. */
        public HttpHeaders http() {
            return HttpHeaders.of(headers, (name, value) -> true);
        }
    }

    private final HttpServer server;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Function<String, Integer> answer = id -> 200;
    private volatile Map<String, String> answerHeaders = Map.of();

    /** On a port of its own. */
    public Receiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::take);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, List<String>> headers = new HashMap<>(exchange.getRequestHeaders());
        String id = Objects.requireNonNull(exchange.getRequestHeaders().getFirst("webhook-id"));
        JsonNode event = dev.berth.schema.wire.Json.mapper().readTree(body);
        assertThat(event.path("id").asString()).isEqualTo(id);
        int status = answer.apply(id);
        requests.add(new Request(id, event.path("type").asString(), body, headers, status));
        answerHeaders.forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
        byte[] said = "answer %d".formatted(status).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, said.length);
        exchange.getResponseBody().write(said);
        exchange.close();
    }

    /** Answers so from now on, by the id of the event. */
    void answers(Function<String, Integer> next) {
        answer = next;
    }

    void answers(int status, Map<String, String> headers) {
        answerHeaders = headers;
        answer = id -> status;
    }

    /** Where it listens. */
    public String url() {
        return "http://127.0.0.1:%d/hook".formatted(server.getAddress().getPort());
    }

    /** What came. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** What came of a type. */
    public List<Request> of(String type) {
        return requests.stream().filter(one -> one.type().equals(type)).toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
