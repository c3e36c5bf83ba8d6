package dev.berth.gateway.feed;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes Server-Sent Events (the HTML standard, section 9.2) straight to the response and flushes each. For one thread. An
 * {@link IOException} means that the reader is gone.
 */
public final class EventStream {
    /** The media type. */
    public static final String TYPE = "text/event-stream";

    private static final int RETRY_MILLIS = 2000;

    private final OutputStream out;

    private EventStream(OutputStream out) {
        this.out = out;
    }

    /** Whether a reader asks for events rather than for an answer that ends. */
    public static boolean isAsked(HttpServletRequest request) {
        String accept = request.getHeader("Accept");
        return accept != null && accept.contains(TYPE);
    }

    /** Begins the answer; the reader has its headers when this returns. */
    public static EventStream begin(HttpServletResponse response) throws IOException {
        headers(response);
        response.setContentType(TYPE + ";charset=UTF-8");
        EventStream stream = new EventStream(response.getOutputStream());
        stream.write("retry: %d\n\n".formatted(RETRY_MILLIS));
        return stream;
    }

    /** What every stream's answer says to whoever stands between: keep nothing, hold nothing back. */
    public static void headers(HttpServletResponse response) {
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no");
    }

    /**
     * Writes an event.
     *
     * @param id what the reader sends back in {@code Last-Event-ID}; null leaves its last one
     * @param data on one line, such as JSON
     */
    public void event(@Nullable String id, String name, String data) throws IOException {
        if (data.indexOf('\n') >= 0 || data.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("data of an event is written on one line");
        }
        String first = id == null ? "" : "id: " + id + "\n";
        write(first + "event: " + name + "\ndata: " + data + "\n\n");
    }

    /** Says where the stream stands without an event: a reader that leaves before the first goes on from here. */
    public void standsAt(String id) throws IOException {
        write("id: " + id + "\n\n");
    }

    /** Says that the stream is alive. */
    public void heartbeat() throws IOException {
        write(": \n\n");
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
