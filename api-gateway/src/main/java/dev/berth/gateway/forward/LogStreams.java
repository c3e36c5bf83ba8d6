package dev.berth.gateway.forward;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.feed.EventStream;
import dev.berth.gateway.feed.Streams;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Passes a stream on as it comes, byte for byte, each piece at once. It ends when its source ends, when its reader has gone (found
 * out within two seconds, also when nothing is written), or when {@link Streams} ends it; and then so does the connection to the source. A reader that is slow slows the source. Thread-safe.
 */
@Component
class LogStreams {
    private static final Logger LOG = LoggerFactory.getLogger(LogStreams.class);
    private static final int PIECE_BYTES = 16 * 1024;
    private static final int PIECES = 8;
    private static final long LOOK_EVERY_MS = 2000;
    private static final byte[] END = {}; // a piece that was read is never empty

    private final Downstream downstream;
    private final Streams streams;

    LogStreams(Downstream downstream, Streams streams) {
        this.downstream = downstream;
        this.streams = streams;
    }

    void pass(Principal.Customer caller, Call call, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String type = EventStream.isAsked(request) ? EventStream.TYPE : "text/plain";
        BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(PIECES);
        try (Streams.Lease lease = streams.open(caller, () -> pieces.offer(END));
                Downstream.Stream source = downstream.stream(call, type)) {
            EventStream.headers(response);
            response.setContentType(source.contentType());
            response.flushBuffer();
            Thread reader = Thread.ofVirtual().name("log-stream").start(() -> read(source, pieces));
            try {
                write(pieces, lease, request, response.getOutputStream());
            } finally {
                reader.interrupt();
            }
        }
    }

    private static void read(Downstream.Stream source, BlockingQueue<byte[]> pieces) {
        try {
            byte[] buffer = new byte[PIECE_BYTES];
            int n = source.body().read(buffer);
            while (n >= 0) {
                pieces.put(Arrays.copyOf(buffer, n));
                n = source.body().read(buffer);
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a log stream broke off at its source");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            pieces.put(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(
            BlockingQueue<byte[]> pieces, Streams.Lease lease, HttpServletRequest request, OutputStream out)
            throws IOException {
        try {
            while (lease.goesOn()) {
                byte[] piece = pieces.poll(LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
                if (piece == null ? ClientGone.is(request) : piece.length == 0) {
                    return;
                }
                if (piece != null) {
                    out.write(piece);
                    if (pieces.isEmpty()) {
                        out.flush();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
