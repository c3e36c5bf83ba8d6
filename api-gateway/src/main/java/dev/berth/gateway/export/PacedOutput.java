package dev.berth.gateway.export;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * An answer whose reader must keep up, since a connection to the database and its snapshot wait for it. Only the time in which nobody reads
 * counts: beyond {@link #GRACE} in all there must have been a second's worth of {@link #SLOWEST} for each second of it, and the whole
 * must end in time. For one thread.
 */
final class PacedOutput extends FilterOutputStream {
    /** How long it may wait for its reader in all before the pace counts. */
    static final Duration GRACE = Duration.ofSeconds(10);

    /** The slowest that a reader may be, in bytes a second: half of what a telephone without a good network has. */
    static final long SLOWEST = 32 * 1024;

    private final LongSupplier nanos;
    private final long begun;
    private final long longest;
    private long waited;
    private long bytes;

    /**
     * Counts from now on.
     *
     * @param longest how long the whole may take
     * @param nanos a clock that only ever goes on, such as {@link System#nanoTime}
     */
    PacedOutput(OutputStream out, Duration longest, LongSupplier nanos) {
        super(out);
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
        this.longest = longest.toNanos();
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    /**
     * Writes, which may wait for the reader.
     *
     * @throws IOException also if the reader is too slow, or the time is over: the file is not whole then
     */
    @Override
    public void write(byte[] part, int from, int length) throws IOException {
        long before = nanos.getAsLong();
        out.write(part, from, length);
        long now = nanos.getAsLong();
        waited += now - before;
        bytes += length;
        if (waited > GRACE.toNanos() + bytes * Duration.ofSeconds(1).toNanos() / SLOWEST) {
            throw new IOException("the reader of an export takes less than %d bytes a second".formatted(SLOWEST));
        }
        if (now - begun > longest) {
            throw new IOException("an export takes longer than " + Duration.ofNanos(longest));
        }
    }
}
