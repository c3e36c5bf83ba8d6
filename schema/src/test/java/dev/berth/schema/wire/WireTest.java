package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.testing.TestKafka;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parts")
class WireTest {
    private Wires wires;

    @BeforeEach
    void open() {
        wires = new Wires(TestKafka.shared().clean().bootstrapServers());
    }

    @AfterEach
    void close() {
        wires.close();
    }

    @Test
    void whatIsWrittenInOneTransactionIsTakenInAnother() {
        AccountId account = AccountId.next();
        wires.append(account, 0, 10);
        wires.relay(wires.wire());
        Inbox inbox = wires.inbox(wires.wire());
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(wires.effects(account))
                        .isEqualTo(IntStream.range(0, 10).boxed().toList()));
        assertThat(inbox.awaitCaughtUp(Duration.ofSeconds(10))).isTrue();
        await().until(() -> inbox.status().ready());
        assertThat(wires.count("outbox where published_at is null")).isZero();
        assertThat(inbox.status()).isEqualTo(new Inbox.Status(true, 0, ""));
    }
}
