package dev.berth.provisioner.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What is typed into a terminal, on its way to the engine. {@link java.io.PipedInputStream} would break when the thread that typed last
 * has ended, and each message comes on a thread of its own. For any number of writers and one reader.
 */
final class Typed extends InputStream {
    private static final int PIECES = 16;
    private static final long LOOK_MS = 200;
    private static final byte[] END = {};

    private final BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(PIECES);
    private final Duration patience;
    private volatile boolean closed;
    private byte[] piece = END;
    private int position;
    private boolean ended;

    /** For a program that may take as long as it likes. */
    Typed() {
        this(Duration.ofNanos(Long.MAX_VALUE));
    }

    /** For one that is given up when it has not read for so long. */
    Typed(Duration patience) {
        this.patience = patience;
    }

    /**
     * Adds input; blocks while the program does not read.
     *
     * @throws Terminal.NotHeard if that takes too long
     */
    void type(byte[] bytes) throws IOException {
        long begun = System.nanoTime();
        try {
            while (bytes.length > 0 && !pieces.offer(bytes, LOOK_MS, TimeUnit.MILLISECONDS)) {
                if (closed) {
                    throw new IOException("the terminal has ended");
                }
                if (System.nanoTime() - begun > patience.toNanos()) {
                    throw new Terminal.NotHeard(
                            "it has not read what was typed for %d s".formatted(patience.toSeconds()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a program did not read");
        }
    }

    /** No more comes. */
    @Override
    public void close() {
        closed = true;
        pieces.offer(END); // a reader that waits wakes by it; one that is behind sees that it is closed
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (position == piece.length) {
            if (ended) {
                return -1;
            }
            next();
        }
        int count = Math.min(length, piece.length - position);
        System.arraycopy(piece, position, into, offset, count);
        position += count;
        return count;
    }

    private void next() throws IOException {
        try {
            byte[] taken = pieces.poll(LOOK_MS, TimeUnit.MILLISECONDS);
            if (taken == null || taken.length == 0) {
                ended = closed && pieces.isEmpty();
                return;
            }
            piece = taken;
            position = 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while nobody typed");
        }
    }

    @Override
    public int available() {
        return piece.length - position;
    }
}
