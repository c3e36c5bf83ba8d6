package dev.berth.provisioner.engine;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes lines of an engine's answer, each behind its time. A container with a terminal has one stream, which comes as it is; any other
 * comes in frames, each a line. A line longer than the engine's own limit comes as several.
 */
final class DockerLines extends ResultCallback.Adapter<Frame> {
    /** How much of a line the engine keeps as one, in bytes. */
    private static final int ENGINE_LINE = 16 * 1024;

    /** Of a line and its time, however the engine cuts. */
    private static final int MOST_BYTES = 4 * ENGINE_LINE;

    private final @Nullable Instant since;
    private final Consumer<LogLine> sink;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int head;

    DockerLines(@Nullable Instant since, Consumer<LogLine> sink) {
        this.since = since;
        this.sink = sink;
    }

    @Override
    public void onNext(Frame frame) {
        if (frame.getStreamType() != StreamType.RAW) {
            accept(frame.getPayload(), frame.getStreamType() == StreamType.STDERR);
            return;
        }
        for (byte one : frame.getPayload()) {
            line.write(one);
            if (one == ' ' && head == 0) {
                head = line.size();
            }
            boolean cut = head > 0 && line.size() - head == ENGINE_LINE; // behind it is the time of the next piece
            if (one == '\n' || cut || line.size() == MOST_BYTES) {
                raw();
            }
        }
    }

    @Override
    public void onComplete() {
        raw();
        super.onComplete();
    }

    private void raw() {
        byte[] whole = line.toByteArray();
        line.reset();
        head = 0;
        accept(whole, false);
    }

    private void accept(byte[] whole, boolean stderr) {
        String text = new String(whole, StandardCharsets.UTF_8);
        int space = text.indexOf(' ');
        if (space < 0) {
            return;
        }
        Instant time;
        try {
            time = OffsetDateTime.parse(text.substring(0, space)).toInstant();
        } catch (DateTimeParseException e) {
            return;
        }
        if (since != null && time.isBefore(since)) {
            return;
        }
        int end = text.endsWith("\n") ? text.length() - 1 : text.length();
        sink.accept(new LogLine(time, stderr, text.substring(Math.min(space + 1, end), end)));
    }
}
