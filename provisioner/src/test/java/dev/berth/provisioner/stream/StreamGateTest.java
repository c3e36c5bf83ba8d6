package dev.berth.provisioner.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.provisioner.Refusal;
import dev.berth.schema.id.AccountId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StreamGateTest {
    private final StreamGate gate = new StreamGate(
            new StreamProperties(3, 2, 5, 3, Duration.ofHours(1), Duration.ofHours(8)), new SimpleMeterRegistry());

    @Test
    void oneAccountsStreamsDoNotTakeWhatOthersFollow() {
        AccountId greedy = AccountId.next();
        AccountId other = AccountId.next();
        try (StreamGate.Pass first = gate.open(greedy);
                StreamGate.Pass second = gate.open(greedy)) {
            assertThat(first.follow()).isTrue();
            assertThat(first.follow()).isTrue();
            assertThat(second.follow()).isTrue();
            assertThat(second.follow()).as("three of the account are followed").isFalse();
            assertThatThrownBy(() -> gate.open(greedy)).isInstanceOf(Refusal.class);
            try (StreamGate.Pass theirs = gate.open(other)) {
                assertThat(theirs.follow()).isTrue();
                assertThat(theirs.follow()).isTrue();
                assertThat(theirs.follow()).as("five are followed in all").isFalse();
                first.unfollow();
                assertThat(theirs.follow()).isTrue();
            }
        }
    }

    @Test
    void aContainerStaysCountedUntilItsConnectionIsGone() {
        AccountId account = AccountId.next();
        StreamGate.Pass pass = gate.open(account);
        for (int i = 0; i < 3; i++) {
            assertThat(pass.follow()).isTrue();
        }
        pass.close();
        try (StreamGate.Pass next = gate.open(account)) {
            assertThat(next.follow()).isFalse();
            pass.unfollow();
            assertThat(next.follow()).isTrue();
        }
    }

    @Test
    void aReaderWhoIsGoneIsNoticedInTextAsWell() throws IOException {
        for (boolean events : new boolean[] {true, false}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new StreamWriter(out, events).alive();
            assertThat(out.size()).as("only a byte that is sent tells").isPositive();
            assertThatThrownBy(() -> new StreamWriter(closed(), events).alive()).isInstanceOf(IOException.class);
        }
    }

    private static OutputStream closed() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
    }
}
