package dev.berth.launcher.demo;

import dev.berth.launcher.data.LaunchException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the public API as any customer would. Every write has an idempotency key. Safe for use by several threads. */
final class ApiClient {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient http;
    private final String url;
    private final String bearer;

    ApiClient(String url, String bearer) {
        this(
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5))
                        .build(),
                url,
                bearer);
    }

    private ApiClient(HttpClient http, String url, String bearer) {
        this.http = http;
        this.url = url;
        this.bearer = bearer;
    }

    /** The same server, another caller. */
    ApiClient as(String otherBearer) {
        return new ApiClient(http, url, otherBearer);
    }

    JsonNode get(String path) {
        return json("GET", path, request(path).GET());
    }

    String text(String path) {
        return send("GET", path, request(path).GET()).body();
    }

    JsonNode post(String path, Object body) {
        return json(
                "POST",
                path,
                request(path)
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    JsonNode patch(String path, String etag, Object body) {
        HttpRequest.Builder request = request(path)
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
        return json("PATCH", path, etag.isEmpty() ? request : request.header("If-Match", etag));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(LIMIT);
        return bearer.isEmpty() ? request : request.header("Authorization", "Bearer " + bearer);
    }

    private JsonNode json(String method, String path, HttpRequest.Builder request) {
        HttpResponse<String> response = send(method, path, request);
        try {
            return JSON.readTree(response.body());
        } catch (JacksonException e) {
            throw new LaunchException(
                    "%s %s answers %d with something that is no JSON.".formatted(method, path, response.statusCode()),
                    "./berth logs gateway tells more.",
                    e);
        }
    }

    private HttpResponse<String> send(String method, String path, HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new LaunchException(
                        "%s %s answers %d: %s".formatted(method, path, response.statusCode(), response.body()),
                        "./berth status shows whether all parts are ready, ./berth logs gateway what happened.");
            }
            return response;
        } catch (IOException e) {
            throw new LaunchException(
                    "%s %s: nobody answers (%s).".formatted(method, path, e),
                    "./berth status shows whether Berth runs.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LaunchException("%s %s was interrupted.".formatted(method, path), "Try again.", e);
        }
    }
}
