package dev.berth.provisioner.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.provisioner.engine.Terminal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Who is attached gets everything in order or is left, and holds nobody up. */
class AttachedTest {
    private final Played process = new Played();
    private final List<String> read = new CopyOnWriteArrayList<>();

    /** A main process that a test speaks for. */
    private static final class Played implements Terminal {
        final CompletableFuture<Integer> ended = new CompletableFuture<>();
        private Consumer<byte[]> sink;
        private volatile boolean closed;

        Terminal join(Consumer<byte[]> taker) {
            sink = taker;
            return this;
        }

        void says(String text) {
            sink.accept(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void write(byte[] input) {
            says("heard " + new String(input, StandardCharsets.UTF_8));
        }

        @Override
        public void resize(int columns, int rows) {
            says("%dx%d".formatted(columns, rows));
        }

        @Override
        public CompletableFuture<Integer> exit() {
            return ended.copy();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private void read(byte[] bytes) {
        read.add(new String(bytes, StandardCharsets.UTF_8));
    }

    @Test
    void howItEndedIsToldAfterAllThatItWrote() throws Exception {
        CountDownLatch reads = new CountDownLatch(1);
        Terminal attached = Attached.open(process::join, bytes -> {
            try {
                reads.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            read(bytes);
        });
        StringBuilder whole = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            String line = "line %d%n".formatted(i);
            process.says(line);
            whole.append(line);
        }
        attached.write("x".getBytes(StandardCharsets.UTF_8));
        process.ended.complete(3);
        assertThat(attached.exit()).isNotDone();
        reads.countDown();
        assertThat(attached.exit().get(10, TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(String.join("", read)).isEqualTo(whole + "heard x");
    }

    /** The process is joined before it is asked what it wrote earlier, so that nothing lies between. */
    @Test
    void whatItWroteEarlierComesFirst() throws Exception {
        Terminal attached = Attached.open(
                process::join,
                () -> {
                    process.says("now\n");
                    return "earlier\r\n".getBytes(StandardCharsets.UTF_8);
                },
                this::read);
        await().until(() -> read.size() == 2);
        process.ended.complete(0);
        assertThat(attached.exit().get(10, TimeUnit.SECONDS)).isZero();
        assertThat(read).containsExactly("earlier\r\n", "now\n");
    }

    @Test
    void whoDoesNotReadIsLeftAndHoldsNobodyUp() {
        CountDownLatch never = new CountDownLatch(1);
        Terminal attached = Attached.open(process::join, _ -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        String kib = "x".repeat(1024);
        for (int i = 0; i < 10 * Attached.MOST_BYTES / 1024; i++) {
            process.says(kib);
        }
        assertThat(process.closed).isTrue();
        assertThatThrownBy(() -> attached.exit().get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(TooSlow.class)
                .hasMessageContaining("does not wait for a reader");
        never.countDown();
    }

    @Test
    void whoBreaksOffWhileItIsReadLeavesTheProcess() {
        Terminal attached = Attached.open(process::join, _ -> {
            throw new IllegalStateException("gone");
        });
        process.says("x");
        await().until(() -> process.closed);
        process.says("y");
        assertThat(attached.exit()).isNotDone();
    }
}
