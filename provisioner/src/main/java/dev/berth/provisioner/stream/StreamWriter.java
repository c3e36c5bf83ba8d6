package dev.berth.provisioner.stream;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * Writes what goes on: lines of output as text or as server-sent events, and other facts as such events (WHATWG HTML, section 9.2).
 * Neither lines nor facts hold line ends, so none can end its event.
 */
final class StreamWriter {
    /** Between a line's time and how many before it have the same one: pieces of one long line share theirs. */
    static final char SAME_TIME = '~';

    private final OutputStream out;
    private final boolean events;
    private Instant lastTime = Instant.MIN;
    private int before;

    /** Whether a reader asks for events. */
    static boolean asked(HttpServletRequest request) {
        String accept = request.getHeader("Accept");
        return accept != null && accept.toLowerCase(Locale.ROOT).contains("text/event-stream");
    }

    /** Writes to a reader. */
    static StreamWriter to(HttpServletResponse response, boolean events) throws IOException {
        response.setContentType(events ? "text/event-stream;charset=UTF-8" : "text/plain;charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Accel-Buffering", "no");
        return new StreamWriter(response.getOutputStream(), events);
    }

    StreamWriter(OutputStream out, boolean events) {
        this.out = out;
        this.events = events;
    }

    void write(OutputLine line) throws IOException {
        if (events) {
            before = line.time().equals(lastTime) ? before + 1 : 0;
            lastTime = line.time();
            event(before == 0 ? lastTime.toString() : lastTime.toString() + SAME_TIME + before, line.shown());
        } else {
            text(line.shown() + "\n");
        }
    }

    /**
     * Writes an event.
     *
     * @param time its id
     * @param data without line ends
     */
    void write(Instant time, String data) throws IOException {
        event(time.toString(), data);
    }

    private void event(String id, String data) throws IOException {
        text("id: %s\ndata: %s\n\n".formatted(id, data));
    }

    /**
     * Shows that the stream lives; fails when the reader is gone. Only a byte that is sent tells: in text it is an empty line,
     * which a person overlooks and a program skips, so it comes seldom.
     */
    void alive() throws IOException {
        text(events ? ": \n\n" : "\n");
        flush();
    }

    /** How long nothing may be written before {@link #alive} is due. */
    Duration silence() {
        return events ? Duration.ofSeconds(10) : Duration.ofSeconds(60);
    }

    /** Says that nothing more comes. */
    void end() throws IOException {
        if (events) {
            text("event: end\ndata: \n\n");
        }
        flush();
    }

    void flush() throws IOException {
        out.flush();
    }

    private void text(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
