package dev.berth.gateway;

import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A caller of the API over real HTTP. Immutable; {@code with…} answers another caller. */
public final class Api {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** An answer; {@code body} is what was sent as it was sent. */
    public record Reply(int status, Map<String, String> headers, String body) {
        /** The body as JSON. */
        public JsonNode json() {
            return Json.mapper().readTree(body);
        }

        /** A text in the body by its path, such as {@code "account.id"}. */
        public String text(String path) {
            JsonNode node = json();
            for (String step : path.split("\\.")) {
                node = step.matches("\\d+") ? node.path(Integer.parseInt(step)) : node.path(step);
            }
            return node.isString() ? node.stringValue() : node.toString();
        }

        /** A header, null if there is none. */
        public @Nullable String header(String name) {
            return headers.get(name.toLowerCase(java.util.Locale.ROOT));
        }

        /** The same, checked. */
        public Reply expect(int expected) {
            if (status != expected) {
                throw new AssertionError("expected %d, not %d: %s".formatted(expected, status, body));
            }
            return this;
        }
    }

    private final String base;
    private final Map<String, String> headers;

    private Api(String base, Map<String, String> headers) {
        this.base = base;
        this.headers = headers;
    }

    /** Nobody. */
    public static Api at(int port) {
        return at("127.0.0.1", port);
    }

    /** Nobody. */
    public static Api at(String host, int port) {
        return new Api("http://%s:%d".formatted(host, port), Map.of());
    }

    /** Where this caller calls. */
    public String base() {
        return base;
    }

    /** With a header more. */
    public Api with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Api(base, more);
    }

    /** What it sends in a header. */
    public String header(String name) {
        return java.util.Objects.requireNonNull(headers.get(name), name);
    }

    /** With an API key, or the operator's. */
    public Api key(String key) {
        return with("Authorization", "Bearer " + key);
    }

    /** A new account; the caller holds its first key. */
    public Api signedUp() {
        return key(signup().text("api_key.secret"));
    }

    /** A sign-up with an address that is new. */
    public Reply signup() {
        return post("/v1/signup", """
                {"email": "%s", "password": "correct horse", "name": "Ada"}""".formatted(email())).expect(201);
    }

    /** An address nobody has. */
    public static String email() {
        return "ada" + NUMBER.incrementAndGet() + "@example.com";
    }

    public Reply get(String path) {
        return send("GET", path, null);
    }

    public Reply post(String path, String body) {
        return send("POST", path, body);
    }

    public Reply post(String path) {
        return send("POST", path, null);
    }

    public Reply patch(String path, String body) {
        return send("PATCH", path, body);
    }

    public Reply delete(String path) {
        return send("DELETE", path, null);
    }

    /** Sends a form, as a page does. */
    public Reply form(String path, Map<String, String> fields) {
        String body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return with("Content-Type", "application/x-www-form-urlencoded").send("POST", path, body);
    }

    /** Begins to read a stream of events, line by line; close it to leave. */
    public Stream<String> follow(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).header("Accept", "text/event-stream");
        headers.forEach(request::header);
        try {
            HttpResponse<Stream<String>> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofLines());
            if (response.statusCode() != 200) {
                throw new AssertionError("expected a stream, not %d: %s"
                        .formatted(response.statusCode(), response.body().collect(Collectors.joining())));
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Any request; a body is JSON unless a Content-Type was set. */
    public Reply send(String method, String path, @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
        if (body != null && !headers.containsKey("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        headers.forEach(request::header);
        try {
            HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            Map<String, String> received = new LinkedHashMap<>();
            response.headers().map().forEach((name, values) -> received.put(name, String.join("\n", values)));
            return new Reply(response.statusCode(), received, response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
