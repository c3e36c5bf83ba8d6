package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.testing.TestKafka;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** What goes away comes back, and every effect is there once and in order: a broker of one's own, a writer, and what must be there. */
@Tag("parts")
abstract class Faults {
    static final Duration IN_TIME = Duration.ofSeconds(60);

    static TestKafka kafka;
    Wires wires;
    private final AccountId account = AccountId.next();
    private int written;

    @BeforeAll
    static void start() {
        kafka = TestKafka.start();
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @BeforeEach
    void open() {
        wires = new Wires(kafka.clean().bootstrapServers());
    }

    @AfterEach
    void close() {
        wires.close();
    }

    final void write(int events) {
        for (int i = 0; i < events; i += 5) {
            wires.append(account, written, written + 5);
            written += 5;
        }
    }

    final void allIsApplied() {
        List<Integer> all = IntStream.range(0, written).boxed().toList();
        await().atMost(IN_TIME).until(() -> wires.effects(account).size() >= written);
        assertThat(wires.effects(account)).isEqualTo(all);
    }
}
