package dev.berth.provisioner.stream;

import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.LogQuery;
import dev.berth.provisioner.engine.LogTail;
import dev.berth.provisioner.engine.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody at the main process of a container, which never waits for them. What it writes is taken at once; they get it on a thread of
 * theirs, and whoever is further behind than {@value #MOST_BYTES} bytes is left. How it ended is told after all that it wrote.
 */
final class Attached implements Terminal {
    /** How far behind one may be; pieces count a little more than their bytes. */
    static final int MOST_BYTES = 512 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Attached.class);
    /** The most lines of earlier output. */
    static final int MOST_LINES = 1000;

    private static final byte[] NOTHING = {};
    private static final int PIECE_OVERHEAD = 64;
    private static final int MOST_SENT = 32 * 1024;

    private final Supplier<byte[]> before;
    private final Consumer<byte[]> sink;
    private final CompletableFuture<Terminal> process = new CompletableFuture<>();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private int held;
    private boolean left;
    private boolean ended;

    private Attached(Supplier<byte[]> before, Consumer<byte[]> sink) {
        this.before = before;
        this.sink = sink;
    }

    /** The last lines of the output as a screen shows them; none where the engine cannot say. */
    private static byte[] before(ContainerEngine engine, String name, int lines) {
        if (lines == 0) {
            return NOTHING;
        }
        LogTail tail = new LogTail(MOST_BYTES, lines);
        try {
            engine.logs(name, new LogQuery(lines, null, false), tail);
        } catch (EngineException e) {
            LOG.debug("earlier output could not be read", e);
        }
        return tail.lines().stream()
                .map(line -> line.text() + "\r\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Joins the process, which is shown the size of the screen by another one first: a program draws anew when it changes.
     *
     * @param lines how many of the last lines of its output come first; a line that is written meanwhile may come twice, and none is missing
     * @param sink takes what it writes; may be as slow as it likes
     */
    static Terminal open(ContainerEngine engine, String name, int columns, int rows, int lines, Consumer<byte[]> sink) {
        Attached attached = open(taker -> engine.attach(name, taker), () -> before(engine, name, lines), sink);
        attached.resize(columns + 1, rows + 1);
        attached.resize(columns, rows);
        return attached;
    }

    /** Joins what a test has at hand. */
    static Attached open(Function<Consumer<byte[]>, Terminal> join, Consumer<byte[]> sink) {
        return open(join, () -> NOTHING, sink);
    }

    /** The same with what comes before all that is written from now on; it is asked for once the process is joined. */
    static Attached open(Function<Consumer<byte[]>, Terminal> join, Supplier<byte[]> before, Consumer<byte[]> sink) {
        Attached attached = new Attached(before, sink);
        Terminal process = join.apply(attached::take);
        attached.process.complete(process);
        Thread.ofVirtual().name("attached-reader").start(attached::pass);
        var _ = process.exit().whenComplete((code, failure) -> attached.end());
        return attached;
    }

    private synchronized void take(byte[] bytes) {
        if (left) {
            return;
        }
        held += bytes.length + PIECE_OVERHEAD;
        if (held > MOST_BYTES) {
            TooSlow slow = new TooSlow(held);
            leave();
            // On another thread, since the reader may have to wait for the one that reads so slowly.
            Thread.ofVirtual().name("attached-slow").start(() -> exit.completeExceptionally(slow));
            return;
        }
        waiting.add(bytes);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    private void pass() {
        try {
            byte[] earlier = before.get();
            if (earlier.length > 0) {
                sink.accept(earlier);
            }
            byte[] next = next();
            while (next != null) {
                sink.accept(next);
                next = next();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.debug("who was attached has left", e);
            close();
        }
        if (!hasLeft()) {
            var _ = process.join().exit().whenComplete((code, failure) -> {
                if (failure == null) {
                    exit.complete(code);
                } else {
                    exit.completeExceptionally(failure);
                }
            });
        }
    }

    /** What waits, as one; null when no more comes. */
    private synchronized byte @Nullable [] next() throws InterruptedException {
        while (waiting.isEmpty() && !ended && !left) {
            wait();
        }
        if (left || waiting.isEmpty()) {
            return null;
        }
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        while (!waiting.isEmpty() && joined.size() < MOST_SENT) {
            byte[] piece = waiting.removeFirst();
            held -= piece.length + PIECE_OVERHEAD;
            joined.writeBytes(piece);
        }
        return joined.toByteArray();
    }

    private synchronized boolean hasLeft() {
        return left;
    }

    /** Nothing is taken any more, and the engine is let go of. */
    private void leave() {
        synchronized (this) {
            left = true;
            waiting.clear();
            notifyAll();
        }
        var _ = process.thenAccept(Terminal::close); // it may say more than fits before it is known here
    }

    @Override
    public void write(byte[] input) throws IOException {
        process.join().write(input);
    }

    @Override
    public void resize(int columns, int rows) {
        process.join().resize(columns, rows);
    }

    @Override
    public CompletableFuture<Integer> exit() {
        return exit.copy();
    }

    @Override
    public void close() {
        leave();
    }
}
