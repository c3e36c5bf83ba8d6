package dev.berth.stripe.server;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** One HTTP request and the ways to answer it. For one thread. */
final class Exchange {
    private static final int MOST_BODY_BYTES = 1024 * 1024;

    private final HttpExchange http;
    private final String body;

    Exchange(HttpExchange http) throws IOException {
        this.http = http;
        this.body = new String(http.getRequestBody().readNBytes(MOST_BODY_BYTES), StandardCharsets.UTF_8);
    }

    String method() {
        return http.getRequestMethod();
    }

    String path() {
        return http.getRequestURI().getPath();
    }

    String query() {
        return Optional.ofNullable(http.getRequestURI().getRawQuery()).orElse("");
    }

    String body() {
        return body;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(http.getRequestHeaders().getFirst(name));
    }

    void headers(Map<String, String> headers) {
        headers.forEach(http.getResponseHeaders()::set);
    }

    void json(int status, ObjectNode body) throws IOException {
        send(status, "application/json", dev.berth.stripe.state.Json.pretty(body) + "\n", false);
    }

    /** Promises the whole answer and ends the connection in the middle of it: the client learns nothing. */
    void brokenJson(int status, ObjectNode body) throws IOException {
        send(status, "application/json", dev.berth.stripe.state.Json.pretty(body) + "\n", true);
    }

    void html(int status, String page) throws IOException {
        headers(Map.of(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; form-action *; frame-ancestors 'none'",
                "Cache-Control",
                "no-store",
                "Referrer-Policy",
                "no-referrer"));
        send(status, "text/html; charset=utf-8", page, false);
    }

    void redirect(String url) throws IOException {
        http.getResponseHeaders().set("Location", url);
        http.sendResponseHeaders(303, -1);
        http.close();
    }

    void empty(int status) throws IOException {
        http.sendResponseHeaders(status, -1);
        http.close();
    }

    /** Ends the connection without a word. */
    void hangUp() {
        http.close();
    }

    private void send(int status, String type, String text, boolean half) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        http.getResponseHeaders().set("Content-Type", type);
        http.sendResponseHeaders(status, bytes.length);
        OutputStream out = http.getResponseBody();
        out.write(bytes, 0, half ? bytes.length / 2 : bytes.length);
        out.flush();
        http.close();
    }
}
