package dev.berth.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

/** A broker that dies or loses what it had: every effect is there once and in order. */
class BrokerFaultTest extends Faults {
    @Test
    void aWipedKafkaIsRefilledAndEveryEffectIsThereOnce() {
        OutboxRelay relay = wires.relay(wires.wire());
        Inbox inbox = wires.inbox(wires.wire());
        write(30);
        allIsApplied();
        inbox.close();
        write(20);
        await().until(() -> wires.count("outbox where published_at is null") == 0);
        kafka.wipe();
        write(10);
        Inbox behind = wires.inbox(wires.wire());
        allIsApplied();
        kafka.wipe();
        write(10);
        allIsApplied();
        await().until(() -> wires.count("outbox where published_at is null") == 0);
        assertThat(behind.awaitCaughtUp(IN_TIME)).isTrue();
        await().atMost(IN_TIME)
                .until(() -> behind.status().ready() && relay.status().carrier());
        assertThat(wires.meters
                        .counter("berth.wire.refilled", "service", "gateway")
                        .count())
                .isGreaterThanOrEqualTo(50 + 60);
    }

    @Test
    void aPartOfTheLogThatIsLostIsFilledInAgain() {
        wires.relay(wires.wire());
        Inbox inbox = wires.inbox(wires.wire());
        write(20);
        allIsApplied();
        await().until(() -> wires.count("outbox where published_at is null") == 0);
        kafka.keep();
        write(20);
        allIsApplied();
        inbox.close();
        write(20);
        await().atMost(IN_TIME).until(() -> wires.count("outbox where published_at is null") == 0);
        kafka.lose();
        write(5);
        Inbox again = wires.inbox(wires.wire());
        allIsApplied();
        assertThat(again.awaitCaughtUp(IN_TIME)).isTrue();
    }

    @Test
    void aBrokerThatIsKilledAndComesBackCostsNothing() {
        OutboxRelay relay = wires.relay(wires.wire());
        Inbox inbox = wires.inbox(wires.wire());
        write(10);
        allIsApplied();
        kafka.kill();
        write(10);
        await().atMost(IN_TIME)
                .until(() -> !relay.status().running() && !inbox.status().ready());
        // the number is counted after it stopped, so it may be a moment late
        await().atMost(IN_TIME).until(() -> relay.status().pending() == 10);
        kafka.restart();
        write(10);
        allIsApplied();
        await().atMost(IN_TIME)
                .until(() -> relay.status().running() && inbox.status().ready());
    }
}
