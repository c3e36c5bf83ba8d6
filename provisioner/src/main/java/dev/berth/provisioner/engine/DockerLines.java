package dev.berth.provisioner.engine;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes lines of an engine's answer, each behind its time. A container with a terminal has one stream, which comes as it is; any other
 * comes in frames, each a line. A line longer than the engine keeps comes in pieces with a time each; without frames nothing but that
 * time parts them, and Docker's driver {@code local} ends the last of them with a carriage return at most. A time in the output itself
 * parts nothing, unless it stands just there.
 */
final class DockerLines extends ResultCallback.Adapter<Frame> {
    /** Docker cuts a line that is too long for it at a multiple of this, in bytes. */
    private static final int PIECE = 4 * 1024;

    /** Where Podman does. */
    private static final int PODMAN_PIECE = PIECE - 1;

    /** How much is held until it can be parted. */
    private static final int MOST_BYTES = 16 * PIECE;

    private static final Pattern TIME = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2}) ");

    private final @Nullable Instant since;
    private final Consumer<LogLine> sink;
    private final ByteArrayOutputStream raw = new ByteArrayOutputStream();

    DockerLines(@Nullable Instant since, Consumer<LogLine> sink) {
        this.since = since;
        this.sink = sink;
    }

    @Override
    public void onNext(Frame frame) {
        byte[] payload = frame.getPayload();
        if (frame.getStreamType() != StreamType.RAW) {
            accept(payload, frame.getStreamType() == StreamType.STDERR);
            return;
        }
        int from = 0;
        for (int i = 0; i < payload.length; i++) {
            if (payload[i] == '\n') {
                raw.write(payload, from, i + 1 - from);
                from = i + 1;
                part(false);
            }
        }
        raw.write(payload, from, payload.length - from);
        if (raw.size() > MOST_BYTES) {
            part(true);
        }
    }

    @Override
    public void onComplete() {
        part(false);
        super.onComplete();
    }

    /** Hands on what is held; of a line that is not over yet the piece that came last stays. */
    private void part(boolean goesOn) {
        byte[] held = raw.toByteArray();
        raw.reset();
        int from = 0;
        int begin = 0;
        if (held.length > PIECE) {
            Matcher time = TIME.matcher(new String(held, StandardCharsets.ISO_8859_1)); // a character for each byte
            while (time.find()) {
                int at = time.start();
                int length = at - begin;
                boolean whole = length == PODMAN_PIECE || (length > 0 && length % PIECE == 0);
                if (at > from && (whole || held[at - 1] == '\r')) {
                    accept(Arrays.copyOfRange(held, from, at), false);
                    from = at;
                }
                begin = at == from ? time.end() : begin;
            }
        }
        if (goesOn && from > 0) {
            raw.write(held, from, held.length - from);
        } else {
            accept(Arrays.copyOfRange(held, from, held.length), false);
        }
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
