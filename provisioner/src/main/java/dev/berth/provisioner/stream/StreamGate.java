package dev.berth.provisioner.stream;

import dev.berth.provisioner.ProblemCode;
import dev.berth.provisioner.Refusal;
import dev.berth.schema.id.AccountId;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Counts the streams that are open and the containers that they follow, and refuses one too many. A stream that follows a
 * workload costs the engine a connection for each container, so streams alone say little. Thread-safe.
 */
@Component
class StreamGate {
    private final Count streams;
    private final Count followed;

    /** An open stream; close it when it ends. */
    interface Pass extends AutoCloseable {
        /** Answers whether one more container may be followed; {@link #unfollow} when it is no longer, however it ended. */
        boolean follow();

        /** A container is no longer followed; also after the stream has ended. */
        void unfollow();

        @Override
        void close();
    }

    StreamGate(StreamProperties properties, MeterRegistry meters) {
        this.streams = new Count(properties.streamsAtOnce(), properties.streamsPerAccount());
        this.followed = new Count(properties.followedAtOnce(), properties.followedPerAccount());
        meters.gauge("berth.provisioner.streams", streams, Count::all);
        meters.gauge("berth.provisioner.streams.followed", followed, Count::all);
    }

    /**
     * Opens a stream.
     *
     * @throws Refusal if there are too many
     */
    Pass open(AccountId account) {
        if (!streams.take(account)) {
            throw new Refusal(
                    ProblemCode.TOO_MANY_STREAMS,
                    "%d streams of the account are open, and at most %d can be; %d of all accounts, and at most %d can be"
                            .formatted(streams.of(account), streams.perAccount, streams.all(), streams.atOnce));
        }
        return new Pass() {
            @Override
            public boolean follow() {
                return followed.take(account);
            }

            @Override
            public void unfollow() {
                followed.give(account);
            }

            @Override
            public void close() {
                streams.give(account);
            }
        };
    }

    private static final class Count {
        private final int atOnce;
        private final int perAccount;
        private final Map<AccountId, Integer> taken = new HashMap<>();
        private int all;

        Count(int atOnce, int perAccount) {
            this.atOnce = atOnce;
            this.perAccount = perAccount;
        }

        synchronized boolean take(AccountId account) {
            if (all >= atOnce || of(account) >= perAccount) {
                return false;
            }
            taken.merge(account, 1, Integer::sum);
            all++;
            return true;
        }

        synchronized void give(AccountId account) {
            all--;
            taken.computeIfPresent(account, (key, count) -> count > 1 ? count - 1 : null);
        }

        synchronized int of(AccountId account) {
            return taken.getOrDefault(account, 0);
        }

        synchronized int all() {
            return all;
        }
    }
}
