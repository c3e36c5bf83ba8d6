package dev.berth.bench.ring;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The stream of an account's events, read as they come: who waits by it asks nothing meanwhile. For one waiting thread. */
public final class Events implements AutoCloseable {
    private static final String DATA = "data:";

    private final InputStream body;
    private final BufferedReader lines;
    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();

    /** Returns when the stream has said where it begins, so that what is caused from now on is in it. */
    Events(HttpResponse<InputStream> answer) {
        body = answer.body();
        lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        try {
            String first = lines.readLine();
            if (answer.statusCode() != 200 || first == null) {
                throw new IllegalStateException("the stream of events answered %d".formatted(answer.statusCode()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("events").start(this::read);
    }

    private void read() {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(DATA)) {
                    events.add(JsonMapper.shared().readTree(line.substring(DATA.length())));
                }
            }
        } catch (IOException e) {
            // It was closed; who still waits for something hears that nothing came.
        }
    }

    /** The next one that concerns a workload; others before it are passed over. */
    public JsonNode next(String workload, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        try {
            while (true) {
                JsonNode event = events.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (event == null) {
                    throw new IllegalStateException("No event of %s within %s".formatted(workload, atMost));
                }
                if (event.at("/workload").asString().equals(workload)) {
                    return event;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Closes the stream itself: its reader could not be closed while a line is awaited. */
    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
