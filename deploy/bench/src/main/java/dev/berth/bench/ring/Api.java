package dev.berth.bench.ring;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls of one HTTP API with one credential. Any answer but 2xx ends the measurement. Thread-safe. */
public final class Api {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** One for all, as a service has one for all whom it calls for: whoever calls as another account opens no connection for it. */
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI base;
    private final Map<String, String> credential;
    private final Duration within;

    /** The API at that address; the credential is one header, or none. */
    public Api(URI base, Map<String, String> credential) {
        this(base, credential, Duration.ofSeconds(60));
    }

    /** The same with another time within which it must answer. */
    public Api(URI base, Map<String, String> credential, Duration within) {
        this.base = base;
        this.credential = Map.copyOf(credential);
        this.within = within;
    }

    /** The same API as a customer or the operator. */
    public Api as(String key) {
        return new Api(base, Map.of("Authorization", "Bearer " + key), within);
    }

    /** GET. */
    public JsonNode get(String path) {
        return send("GET", path, BodyPublishers.noBody());
    }

    /** POST with a body, or with none when it is empty. */
    public JsonNode post(String path, Map<String, Object> body) {
        return send(
                "POST",
                path,
                body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(JSON.writeValueAsString(body)));
    }

    /** Signs up; answers the body. More fields of it, such as the plan, may be given. */
    public JsonNode signUp(Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("email", "bench-" + UUID.randomUUID() + "@example.com");
        body.put("password", "correct horse battery staple");
        body.put("name", "Bench");
        return post("/v1/signup", body);
    }

    /** PUT. */
    public JsonNode put(String path, Map<String, Object> body) {
        return send("PUT", path, BodyPublishers.ofString(JSON.writeValueAsString(body)));
    }

    /** DELETE. */
    public JsonNode delete(String path) {
        return send("DELETE", path, BodyPublishers.noBody());
    }

    /** The account's events of a type, from now on. */
    public Events events(String type) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve("/v1/events?type=" + type)).header("Accept", "text/event-stream");
        credential.forEach(request::header);
        try {
            return new Events(HTTP.send(request.build(), BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new IllegalStateException("the stream of events: %s".formatted(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private JsonNode send(String method, String path, HttpRequest.BodyPublisher body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(within)
                .header("Content-Type", "application/json")
                .method(method, body);
        credential.forEach(request::header);
        if (!method.equals("GET")) {
            request.header("Idempotency-Key", UUID.randomUUID().toString());
        }
        try {
            HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new IllegalStateException(
                        "%s %s answered %d: %s".formatted(method, path, response.statusCode(), response.body()));
            }
            return response.body().isBlank() ? JSON.nullNode() : JSON.readTree(response.body());
        } catch (IOException e) {
            throw new IllegalStateException("%s %s: %s".formatted(method, base.resolve(path), e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
