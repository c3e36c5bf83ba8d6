package dev.berth.gateway.forward;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.id.TypeId;
import dev.berth.schema.wire.Identity;
import dev.berth.schema.wire.IdentitySigner;
import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls the services behind the gateway. Every call has an end: a second to connect, ten to answer; a stream only to begin. What
 * does not answer is a 503 that names the service and, where the call was to change something, does not claim that nothing was
 * changed; a refusal of the service is passed on as {@link PassedProblem}. Thread-safe.
 */
@Component
public class Downstream implements DisposableBean {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final int MAX_PROBLEM_BYTES = 64 * 1024;

    /** An answer that goes on; closing it ends the connection. */
    record Stream(String contentType, InputStream body) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    private final Map<Owner, URI> bases = new EnumMap<>(Owner.class);
    private final IdentitySigner signer;
    private final Duration answerTimeout;
    private final HttpClient client;

    Downstream(ForwardProperties settings, IdentitySigner signer) {
        bases.put(Owner.PROVISIONER, settings.provisionerUrl());
        bases.put(Owner.METERING, settings.meteringUrl());
        bases.put(Owner.BILLING, settings.billingUrl());
        this.signer = signer;
        answerTimeout = settings.answerTimeout();
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.connectTimeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /**
     * The answer to a call.
     *
     * @throws Refusal 503 {@code upstream_unavailable} when there is none in time, {@code result_unknown} when the call may
     *     have changed something all the same
     * @throws PassedProblem when the service refuses
     */
    JsonNode json(Call call) {
        byte[] body = bytes(call, "application/json");
        try {
            return Json.mapper().readTree(body);
        } catch (JacksonException e) {
            throw lost(call, "answered what is not JSON").because(e);
        }
    }

    /**
     * The answer to a call as it is, whole.
     *
     * @param accept its media type
     * @throws Refusal as {@link #json}
     * @throws PassedProblem when the service refuses
     */
    byte[] bytes(Call call, String accept) {
        HttpResponse<byte[]> response = send(call, accept, BodyHandlers.ofByteArray());
        if (response.statusCode() >= 300) {
            throw problem(call, response, response.body());
        }
        return response.body();
    }

    /** The PDF that answers a call, to be kept under an id. */
    ResponseEntity<byte[]> pdf(Call call, TypeId id) {
        byte[] pdf = bytes(call, MediaType.APPLICATION_PDF_VALUE);
        return ResponseEntity.ok()
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"%s.pdf\"".formatted(id))
                .body(pdf);
    }

    /**
     * A stream, once it has begun.
     *
     * @param accept the media type that the caller takes
     * @throws Refusal 503 {@code upstream_unavailable} when it does not begin in time
     * @throws PassedProblem when the service refuses
     */
    Stream stream(Call call, String accept) {
        HttpResponse<InputStream> response = send(call, accept, BodyHandlers.ofInputStream());
        if (response.statusCode() >= 300) {
            try (InputStream body = response.body()) {
                throw problem(call, response, body.readNBytes(MAX_PROBLEM_BYTES));
            } catch (IOException e) {
                throw lost(call, "broke off").because(e);
            }
        }
        String type = response.headers().firstValue("Content-Type").orElse("application/octet-stream");
        return new Stream(type, response.body());
    }

    /**
     * A WebSocket, once it is open.
     *
     * @throws Refusal 503 {@code upstream_unavailable} when it does not open, 429 when there are too many
     */
    WebSocket socket(Call call, WebSocket.Listener listener) {
        URI http = call.uri(java.util.Objects.requireNonNull(bases.get(call.owner())));
        WebSocket.Builder builder = client.newWebSocketBuilder()
                .connectTimeout(answerTimeout)
                .header(Identity.HEADER, signer.sign(call.asker().identity()));
        CompletableFuture<WebSocket> opening =
                builder.buildAsync(URI.create(http.toString().replaceFirst("^http", "ws")), listener);
        try {
            return await(call, opening, "did not open a terminal in time");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused
                    && refused.getResponse().statusCode() == 429) {
                throw Refusal.of(ErrorCode.BUSY, "There are as many terminals and streams as there may be.")
                        .retryAfter(RETRY_AFTER);
            }
            throw unavailable(call.owner(), "did not open a terminal").because(e);
        }
    }

    @Override
    public void destroy() {
        client.shutdownNow();
    }

    private <T> HttpResponse<T> send(Call call, String accept, BodyHandler<T> handler) {
        try {
            return sendOnce(call, accept, handler);
        } catch (ConnectException | HttpConnectTimeoutException first) { // nothing was sent
            throw unavailable(call.owner(), "cannot be reached").because(first);
        } catch (IOException first) {
            if (!call.pure()) {
                throw lost(call, "did not answer").because(first);
            }
        }
        try { // a kept connection may have been closed just now; a read may simply be sent again
            return sendOnce(call, accept, handler);
        } catch (IOException second) {
            throw unavailable(call.owner(), "cannot be reached").because(second);
        }
    }

    private <T> HttpResponse<T> sendOnce(Call call, String accept, BodyHandler<T> handler) throws IOException {
        CompletableFuture<HttpResponse<T>> answer = client.sendAsync(request(call, accept), handler);
        try {
            return await(call, answer, "did not answer within %d ms".formatted(answerTimeout.toMillis()));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw lost(call, "did not answer").because(e);
        }
    }

    /** Waits for the time that an answer may take; then gives it up. */
    private <T> T await(Call call, CompletableFuture<T> answer, String late) throws ExecutionException {
        try {
            return answer.get(answerTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw lost(call, late).because(e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw lost(call, "was not waited for").because(e);
        }
    }

    private HttpRequest request(Call call, String accept) {
        URI base = java.util.Objects.requireNonNull(bases.get(call.owner()));
        HttpRequest.Builder request = HttpRequest.newBuilder(call.uri(base))
                .header("Accept", accept + ", application/problem+json")
                .header(Identity.HEADER, signer.sign(call.asker().identity()));
        call.headers().forEach(request::header);
        String traceparent = call.asker().traceparent();
        if (traceparent != null) {
            request.header("traceparent", traceparent);
        }
        JsonNode body = call.body();
        if (body == null) {
            return request.GET().build();
        }
        return request.header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(Json.mapper().writeValueAsBytes(body)))
                .build();
    }

    /**
     * What to throw for an answer that is none: the service's own refusal where it is one. A 503 to a call that was to change
     * something is the service's to word, since it knows whether that was done.
     */
    private static RuntimeException problem(Call call, HttpResponse<?> response, byte[] body) {
        Owner owner = call.owner();
        int status = response.statusCode();
        boolean refused = status >= 400 && status < 500;
        if ((refused && status != 401) || (status == 503 && !call.pure())) {
            try {
                if (Json.mapper().readTree(body) instanceof ObjectNode problem && problem.has("code")) {
                    return new PassedProblem(
                            status,
                            problem,
                            response.headers().firstValue("Retry-After").orElse(null));
                }
            } catch (JacksonException e) {
                return (refused
                                ? unavailable(owner, "refused with %d, but did not say why".formatted(status))
                                : lost(call, "answered %d".formatted(status)))
                        .because(e);
            }
        }
        String what = "answered %d".formatted(status);
        return refused ? unavailable(owner, what) : lost(call, what);
    }

    /** The refusal for a call that was sent and has no answer. */
    private static Refusal lost(Call call, String what) {
        String owner = call.owner().text();
        return call.pure()
                ? unavailable(call.owner(), what)
                : Refusal.of(
                                ErrorCode.RESULT_UNKNOWN,
                                "The %s %s; it may have done what was asked.".formatted(owner, what))
                        .fact("service", owner)
                        .retryAfter(RETRY_AFTER);
    }

    private static Refusal unavailable(Owner owner, String what) {
        return Refusal.of(ErrorCode.UPSTREAM_UNAVAILABLE, "The %s %s.".formatted(owner.text(), what))
                .fact("service", owner.text())
                .retryAfter(RETRY_AFTER);
    }
}
