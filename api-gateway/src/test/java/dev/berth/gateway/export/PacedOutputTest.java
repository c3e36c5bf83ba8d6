package dev.berth.gateway.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PacedOutputTest {
    private static final byte[] PIECE = new byte[8 * 1024];

    private final AtomicLong now = new AtomicLong();

    /** A reader that lets each piece wait for so long. */
    private PacedOutput to(Duration wait) {
        OutputStream reader = new OutputStream() {
            @Override
            public void write(int one) {
                now.addAndGet(wait.toNanos());
            }

            @Override
            public void write(byte[] part, int from, int length) {
                now.addAndGet(wait.toNanos());
            }
        };
        return new PacedOutput(reader, Duration.ofMinutes(10), now::get);
    }

    @Test
    void aReaderThatKeepsUpReadsForAsLongAsItTakes() throws IOException {
        PacedOutput out = to(Duration.ofMillis(240)); // 34 KB a second
        for (int i = 0; i < 2_000; i++) {
            out.write(PIECE, 0, PIECE.length);
        }
        assertThat(now.get()).isGreaterThan(Duration.ofMinutes(7).toNanos());
    }

    @Test
    void aSlowReaderIsCutOffSoonAfterTheGrace() {
        PacedOutput out = to(Duration.ofSeconds(1)); // 8 KB a second
        assertThatThrownBy(() -> {
                    while (true) {
                        out.write(PIECE, 0, PIECE.length);
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("less than 32768 bytes a second");
        assertThat(Duration.ofNanos(now.get())).isBetween(Duration.ofSeconds(13), Duration.ofSeconds(15));
    }

    /** What the database takes is not the reader's fault. */
    @Test
    void onlyTheTimeInWhichNobodyReadsCounts() throws IOException {
        PacedOutput out = to(Duration.ofMillis(1));
        for (int i = 0; i < 100; i++) {
            now.addAndGet(Duration.ofSeconds(5).toNanos());
            out.write(PIECE, 0, PIECE.length);
        }
        assertThat(Duration.ofNanos(now.get())).isGreaterThan(Duration.ofMinutes(8));
    }

    @Test
    void theWholeEndsInTime() {
        PacedOutput out = to(Duration.ofMillis(1));
        now.addAndGet(Duration.ofMinutes(11).toNanos());
        assertThatThrownBy(() -> out.write(1)).hasMessageContaining("longer than PT10M");
    }
}
