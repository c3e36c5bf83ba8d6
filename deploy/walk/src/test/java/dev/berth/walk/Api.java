package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The public API as one principal sees it. Every write carries an Idempotency-Key and is tried again as a customer would. */
final class Api {
    /** An answer: its status and its JSON. */
    record Answer(int status, JsonNode body) {
        JsonNode expect(int expected) {
            assertThat(status).as("%s", body).isEqualTo(expected);
            return body;
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final URI base;
    private final String token;

    Api(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer post(String path, Object body) {
        return write("POST", path, body);
    }

    Answer patch(String path, Object body) {
        return write("PATCH", path, body);
    }

    Answer delete(String path) {
        return write("DELETE", path, "");
    }

    /** Opens a WebSocket; the future fails with what was answered instead. */
    CompletableFuture<WebSocket> socket(String path, WebSocket.Listener listener) {
        return HTTP.newWebSocketBuilder()
                .header("Authorization", "Bearer " + token)
                .buildAsync(URI.create(base.toString().replaceFirst("^http", "ws") + path), listener);
    }

    /** Sends until somebody answers something that is final: a service that is away is no answer. */
    Answer persist(String method, String path, Object body) {
        return persist(method, path, body, UUID.randomUUID().toString());
    }

    /** The same with an Idempotency-Key of the caller's. */
    Answer persist(String method, String path, Object body, String key) {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (true) {
            try {
                Answer answer =
                        send(request(path).header("Idempotency-Key", key).method(method, json(body)));
                if (answer.status < 500 || System.nanoTime() > deadline) {
                    return answer;
                }
            } catch (AssertionError e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
            }
            Until.pause();
        }
    }

    String text(String path) {
        return body(request(path).header("Accept", "text/plain"));
    }

    /** What is answered to who takes one kind of it only. */
    String file(String path, String type) {
        return body(request(path).setHeader("Accept", type));
    }

    private static String body(HttpRequest.Builder get) {
        HttpRequest request = get.GET().build();
        try {
            return HTTP.send(request, BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new AssertionError("GET %s: %s".formatted(request.uri(), e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The lines of a stream that goes on until it is closed. */
    Stream<String> stream(String path) {
        try {
            return HTTP.send(
                            request(path)
                                    .setHeader("Accept", "text/event-stream")
                                    .GET()
                                    .build(),
                            BodyHandlers.ofLines())
                    .body();
        } catch (IOException e) {
            throw new AssertionError("GET %s: %s".formatted(path, e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private Answer write(String method, String path, Object body) {
        return send(request(path)
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .method(method, json(body)));
    }

    private static HttpRequest.BodyPublisher json(Object body) {
        return body.equals("") ? BodyPublishers.noBody() : BodyPublishers.ofString(JSON.writeValueAsString(body));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json");
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private static Answer send(HttpRequest.Builder request) {
        HttpRequest built = request.build();
        try {
            var response = HTTP.send(built, BodyHandlers.ofString());
            String body = response.body();
            return new Answer(response.statusCode(), body.isBlank() ? JSON.nullNode() : JSON.readTree(body));
        } catch (IOException e) {
            throw new AssertionError("%s %s: %s".formatted(built.method(), built.uri(), e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
