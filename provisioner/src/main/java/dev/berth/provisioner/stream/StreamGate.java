package dev.berth.provisioner.stream;

import dev.berth.provisioner.ProblemCode;
import dev.berth.provisioner.Refusal;
import dev.berth.schema.id.AccountId;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Counts the streams that are open, and refuses one too many. Thread-safe. */
@Component
class StreamGate {
    private final int atOnce;
    private final int perAccount;
    private final Map<AccountId, Integer> open = new HashMap<>();
    private int all;

    /** An open stream; close it when it ends. */
    interface Pass extends AutoCloseable {
        @Override
        void close();
    }

    StreamGate(StreamProperties properties, MeterRegistry meters) {
        this.atOnce = properties.streamsAtOnce();
        this.perAccount = properties.streamsPerAccount();
        meters.gauge("berth.provisioner.streams", this, StreamGate::count);
    }

    /**
     * Opens a stream.
     *
     * @throws Refusal if there are too many
     */
    synchronized Pass open(AccountId account) {
        int own = open.getOrDefault(account, 0);
        if (own >= perAccount) {
            throw new Refusal(
                    ProblemCode.TOO_MANY_STREAMS,
                    "%d streams of the account are open; at most %d can be".formatted(own, perAccount));
        }
        if (all >= atOnce) {
            throw new Refusal(
                    ProblemCode.TOO_MANY_STREAMS, "%d streams are open here; at most %d can be".formatted(all, atOnce));
        }
        open.put(account, own + 1);
        all++;
        return () -> close(account);
    }

    private synchronized void close(AccountId account) {
        all--;
        open.computeIfPresent(account, (key, count) -> count > 1 ? count - 1 : null);
    }

    private synchronized double count() {
        return all;
    }
}
