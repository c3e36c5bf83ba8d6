package dev.berth.client.call;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads server-sent events (WHATWG HTML, section 9.2) from a stream of bytes. For one thread. */
final class EventReader {
    /**
     * An event.
     *
     * @param id of the last event that had one; null before the first
     * @param type {@code message} where it says none
     */
    record Event(@Nullable String id, String type, String data) {}

    private final BufferedReader lines;
    private final Runnable heard;
    private @Nullable String id;
    private @Nullable String standing;

    /** Reads from a stream; {@code heard} is run at each line, heartbeats too. */
    EventReader(InputStream in, Runnable heard) {
        this.lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        this.heard = heard;
    }

    /** Where the stream has said that it stands, without an event; null if it has not. */
    @Nullable
    String standing() {
        return standing;
    }

    /** The next event; null when there are no more. An event that was cut off is none. */
    @Nullable
    Event next() throws IOException {
        String type = "message";
        StringBuilder data = new StringBuilder();
        boolean any = false;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            heard.run();
            if (line.isEmpty()) {
                if (any) {
                    return new Event(id, type, data.toString());
                }
                standing = id; // whole, though without an event
                type = "message";
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + (line.startsWith(" ", colon + 1) ? 2 : 1));
            switch (field) {
                case "id" -> id = value;
                case "event" -> type = value;
                case "data" -> {
                    data.append(any ? "\n" : "").append(value);
                    any = true;
                }
                default -> {
                    // A comment keeps the connection alive; how long to wait is our own affair.
                }
            }
        }
        return null;
    }
}
