package dev.berth.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** A gateway that answers what it was told to, each answer once and the last one from then on; and notes what it was asked. */
final class Told implements AutoCloseable {
    /** A call that came. */
    record Came(String what, Map<String, String> headers, String body) {}

    /** How a command ended. */
    record Ended(int exit, String out, String err) {}

    private final HttpServer server;
    private final Map<String, Deque<Answer>> answers = new HashMap<>();
    private final List<Came> came = new ArrayList<>();
    private final Path config;

    private record Answer(int status, String body, Map<String, String> headers, boolean cut) {}

    Told(Path config) throws IOException {
        this.config = config;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** To a method and path, such as {@code GET /v1/quota}, without its query. */
    Told on(String what, int status, String body, String... headers) {
        return answer(what, new Answer(status, body, pairs(headers), false));
    }

    /** Sends the body and then breaks the connection off, before the length that it announced. */
    Told breaks(String what, String body, String... headers) {
        return answer(what, new Answer(200, body, pairs(headers), true));
    }

    private synchronized Told answer(String what, Answer answer) {
        answers.computeIfAbsent(what, _ -> new ArrayDeque<>()).add(answer);
        return this;
    }

    private static Map<String, String> pairs(String... headers) {
        Map<String, String> pairs = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            pairs.put(headers[i], headers[i + 1]);
        }
        return pairs;
    }

    synchronized List<Came> came() {
        return List.copyOf(came);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String what =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Answer answer;
        synchronized (this) {
            String query = exchange.getRequestURI().getRawQuery();
            came.add(new Came(what + (query == null ? "" : "?" + query), headers, body));
            Deque<Answer> all = answers.get(what);
            answer = all == null
                    ? new Answer(404, "{\"title\":\"Nobody told me\",\"code\":\"not_found\"}", Map.of(), false)
                    : all.size() > 1 ? all.poll() : all.peek();
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        answer.headers.forEach(exchange.getResponseHeaders()::set);
        byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status, bytes.length == 0 ? -1 : bytes.length + (answer.cut ? 100 : 0));
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().flush();
        exchange.close();
    }

    /** Runs a command against it, with a key. */
    Ended run(String... words) {
        return run(Map.of("BERTH_URL", url(), "BERTH_API_KEY", "berth_sk_x"), "", words);
    }

    /** Runs a command in an environment, and with some input. */
    Ended run(Map<String, String> environment, String input, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("BERTH_CONFIG", config.toString());
        int exit = Main.run(
                new World(
                        all,
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, false, StandardCharsets.UTF_8),
                        new PrintStream(err, false, StandardCharsets.UTF_8),
                        false,
                        false),
                words);
        return new Ended(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
