package dev.berth.client.call;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;

/** A Berth somewhere, as one who has a key sees it. Thread-safe. */
public final class Gateway {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final Duration SILENCE = Duration.ofSeconds(60); // a stream's heart beats every ten or fifteen
    private static final Duration GIVE_UP = Duration.ofMinutes(2);
    private static final int PAGE = 200;
    private static final int MOST_ROWS = 20_000;

    private final URI base;
    private final String key;
    private final HttpClient http;

    /** Takes what a stream tells; false ends it. */
    public interface Reader {
        /** An event; {@code id} is empty where it has none. */
        boolean take(String id, String type, String data);
    }

    /** How a stream ended. */
    public enum End {
        /** The server said that nothing more comes. */
        SAID,
        /** The reader had enough. */
        ENOUGH
    }

    /**
     * One at an address.
     *
     * @param key empty for nobody
     */
    public Gateway(String url, String key) {
        this.base = URI.create(url.replaceFirst("/+$", ""));
        this.key = key;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
        this.http = ("http".equals(base.getScheme()) ? builder.sslContext(new NoTls()) : builder).build();
    }

    /** Where it is. */
    public String url() {
        return base.toString();
    }

    /**
     * Makes a call, and again where that can change nothing twice.
     *
     * @throws Refused if the API does not do it
     * @throws Away if nobody answers
     */
    public Answer send(Call call) {
        String idempotency = call.reads() ? "" : UUID.randomUUID().toString();
        for (int tried = 1; ; tried++) {
            try {
                HttpResponse<byte[]> response = http.send(request(call, idempotency), BodyHandlers.ofByteArray());
                Answer answer = Answer.of(response.statusCode(), response.headers(), response.body());
                if (answer.status() < 300) {
                    return answer;
                }
                Refused refused = Refused.of(answer.status(), answer.text());
                Duration pause = Retries.pause(tried, answer.headers());
                if (pause.isNegative()
                        || !Retries.again(answer.status(), refused.problem().code())) {
                    throw refused;
                }
                sleep(pause);
            } catch (IOException lost) {
                if (tried == Retries.TRIES) {
                    throw new Away(url(), lost);
                }
                sleep(Retries.backoff(tried));
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    /** All rows of a list, page after page. */
    public List<JsonNode> all(Call call) {
        return some(call, MOST_ROWS);
    }

    /** The first rows of a list. */
    public List<JsonNode> some(Call call, int most) {
        List<JsonNode> rows = new ArrayList<>();
        String cursor = null;
        do {
            Call page = call.with("limit", Math.min(PAGE, most - rows.size())).with("cursor", cursor);
            JsonNode answer = send(page).json();
            answer.path("data").forEach(rows::add);
            cursor = answer.path("next_cursor").asString("");
        } while (!cursor.isEmpty() && rows.size() < most);
        return rows;
    }

    /**
     * Follows a stream of events, also over connections that break: it goes on behind the last event that was read, where the stream
     * has ids.
     *
     * @param position where to begin; moved on with what is read
     */
    public End follow(Call call, Position position, Reader reader) {
        long silentSince = System.nanoTime();
        boolean opened = false;
        for (int tried = 1; ; tried++) {
            try (InputStream body = open(call, position.last())) {
                opened = true;
                position.resume();
                tried = 1;
                AtomicLong heard = new AtomicLong(System.nanoTime());
                EventReader events = new EventReader(body, () -> heard.set(System.nanoTime()));
                Thread watch = Thread.ofVirtual().start(() -> watch(body, heard));
                try {
                    for (EventReader.Event event = events.next(); event != null; event = events.next()) {
                        silentSince = System.nanoTime();
                        if (event.type().equals("end")) {
                            return End.SAID;
                        }
                        String id = event.id() == null ? "" : event.id();
                        if (position.take(id, event.data()) && !reader.take(id, event.type(), event.data())) {
                            return End.ENOUGH;
                        }
                    }
                } finally {
                    watch.interrupt();
                    position.standsAt(events.standing());
                }
            } catch (IOException lost) {
                boolean over = System.nanoTime() - silentSince > GIVE_UP.toNanos();
                if (over || (!opened && tried >= Retries.TRIES)) {
                    throw new Away(url(), lost);
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            sleep(Retries.backoff(Math.min(tried, Retries.TRIES)));
        }
    }

    private InputStream open(Call call, String last) throws IOException, InterruptedException {
        Call asked = call.header("Accept", "text/event-stream");
        HttpRequest request = request(last.isEmpty() ? asked : asked.header("Last-Event-ID", last), "");
        for (int tried = 1; ; tried++) {
            HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
            if (response.statusCode() < 300) {
                return response.body();
            }
            String body;
            try (InputStream text = response.body()) {
                body = new String(text.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            }
            Refused refused = Refused.of(response.statusCode(), body);
            Duration pause = Retries.pause(tried, response.headers());
            if (pause.isNegative()
                    || !Retries.again(response.statusCode(), refused.problem().code())) {
                throw refused;
            }
            sleep(pause);
        }
    }

    /** Breaks a connection off that says nothing any more; its reader then opens another. */
    private static void watch(InputStream body, AtomicLong heard) {
        try {
            while (System.nanoTime() - heard.get() < SILENCE.toNanos()) {
                TimeUnit.SECONDS.sleep(5);
            }
            body.close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // It is gone, which is what was wanted.
        }
    }

    /**
     * Opens a WebSocket.
     *
     * @throws Refused with the reason, which is asked for once more without a WebSocket since a handshake does not carry it
     */
    public WebSocket socket(Call call, WebSocket.Listener listener) {
        URI address = URI.create(url().replaceFirst("^http", "ws") + call.path());
        try {
            WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(ANSWER);
            if (!key.isEmpty()) {
                builder.header("Authorization", "Bearer " + key);
            }
            return builder.buildAsync(address, listener).get(ANSWER.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                send(call);
                throw Refused.of(refused.getResponse().statusCode(), "");
            }
            throw new Away(url(), e.getCause());
        } catch (TimeoutException e) {
            throw new Away(url(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private HttpRequest request(Call call, String idempotency) {
        URI address;
        try {
            address = URI.create(url() + call.path());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'%s' is no path".formatted(call.path()), e);
        }
        JsonNode body = call.body();
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(ANSWER)
                .method(
                        call.method(),
                        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
        request.setHeader("Accept", "application/json");
        request.setHeader("User-Agent", "berth/0.1.0");
        if (body != null) {
            request.setHeader("Content-Type", "application/json");
        }
        if (!idempotency.isEmpty()) {
            request.setHeader("Idempotency-Key", idempotency);
        }
        if (!key.isEmpty()) {
            request.setHeader("Authorization", "Bearer " + key);
        }
        call.headers().forEach(request::setHeader);
        return request.build();
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", e);
    }
}
