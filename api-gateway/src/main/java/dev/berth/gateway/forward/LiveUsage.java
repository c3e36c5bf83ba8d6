package dev.berth.gateway.forward;

import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Json;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the current period has cost so far, once a second for each account that somebody watches: billing is asked once for all of them,
 * however many watch however many accounts. Who comes first to an account is answered at once. Thread-safe.
 */
@Component
class LiveUsage {
    private static final Logger LOG = LoggerFactory.getLogger(LiveUsage.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(3);
    private static final Duration BETWEEN = Duration.ofMillis(50); // two questions for who has just come
    private static final int AT_ONCE = 1_000;

    private final Downstream downstream;
    private final Map<AccountId, Ticker> tickers = new ConcurrentHashMap<>();
    private boolean running; // guarded by this
    private boolean joined; // guarded by this

    LiveUsage(Downstream downstream) {
        this.downstream = downstream;
    }

    /** What was seen at one moment, as an event of the stream. */
    record Moment(String event, String json) {}

    /** Joins the watchers of an account; close it to leave. */
    Watch watch(AccountId account) {
        Ticker ticker = java.util.Objects.requireNonNull(tickers.compute(account, (key, there) -> {
            Ticker one = there == null ? new Ticker(account) : there;
            one.watchers++;
            return one;
        }));
        synchronized (this) {
            joined |= ticker.isNew();
            notifyAll();
            if (!running) {
                running = true;
                Thread.ofVirtual().name("live-usage").start(this::run);
            }
        }
        return new Watch(ticker);
    }

    /** A watcher's place. For one thread. */
    final class Watch implements AutoCloseable {
        private final Ticker ticker;
        private long seen;
        private boolean woken;

        private Watch(Ticker ticker) {
            this.ticker = ticker;
        }

        /** The next moment, null when there is none in time. */
        @Nullable
        Moment next(Duration atMost) throws InterruptedException {
            synchronized (ticker) {
                long until = System.nanoTime() + atMost.toNanos();
                for (long left = atMost.toMillis(); left > 0 && ticker.number == seen && !woken; ) {
                    ticker.wait(left);
                    left = (until - System.nanoTime()) / 1_000_000;
                }
                woken = false;
                boolean fresh = ticker.number != seen;
                seen = ticker.number;
                return fresh ? ticker.moment : null;
            }
        }

        void wake() {
            synchronized (ticker) {
                woken = true;
                ticker.notifyAll();
            }
        }

        @Override
        public void close() {
            tickers.computeIfPresent(
                    ticker.account, (key, there) -> there == ticker && --there.watchers == 0 ? null : there);
        }
    }

    /** The moments of one account. */
    private static final class Ticker {
        private final AccountId account;
        private int watchers; // guarded by the entry of the map
        private long number; // guarded by this
        private @Nullable Moment moment; // guarded by this

        Ticker(AccountId account) {
            this.account = account;
        }

        private synchronized boolean isNew() {
            return number == 0;
        }

        private synchronized void publish(Moment next) {
            moment = next;
            number++;
            notifyAll();
        }
    }

    private void run() {
        long next = System.nanoTime();
        try {
            while (goesOn()) {
                boolean turn = System.nanoTime() >= next;
                List<Ticker> asked = tickers.values().stream()
                        .filter(ticker -> turn || ticker.isNew())
                        .toList();
                boolean well = ask(asked);
                if (turn) {
                    next = Math.max(next + EVERY.toNanos(), System.nanoTime() + (well ? 0 : AFTER_FAILURE.toNanos()));
                }
                pause(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean goesOn() {
        running = !tickers.isEmpty();
        joined = false;
        return running;
    }

    /** Waits for the next turn, or until somebody comes to an account that nobody watched. */
    private void pause(long next) throws InterruptedException {
        Thread.sleep(BETWEEN);
        synchronized (this) {
            for (long left = next - System.nanoTime(); left > 0 && !joined; left = next - System.nanoTime()) {
                wait(left / 1_000_000 + 1);
            }
        }
    }

    /** Asks of some accounts and tells their watchers; false when there was no answer. */
    private boolean ask(List<Ticker> tickers) {
        boolean well = true;
        for (int i = 0; i < tickers.size(); i += AT_ONCE) {
            List<Ticker> some = tickers.subList(i, Math.min(i + AT_ONCE, tickers.size()));
            try {
                Map<String, String> moments = moments(some);
                for (Ticker ticker : some) {
                    String json = moments.get(ticker.account.toString());
                    ticker.publish(
                            json == null
                                    ? unavailable("Billing has not heard of the account yet.")
                                    : new Moment("usage", json));
                }
            } catch (Refusal refusal) {
                well = false;
                some.forEach(
                        ticker -> ticker.publish(unavailable(refusal.problem().detail())));
            } catch (RuntimeException e) {
                well = false;
                LOG.atWarn().addKeyValue("accounts", some.size()).setCause(e).log("the live view broke");
                some.forEach(ticker -> ticker.publish(unavailable("The live view broke; it tries again.")));
            }
        }
        return well;
    }

    private Map<String, String> moments(List<Ticker> some) {
        ObjectNode body = Json.mapper().createObjectNode();
        ArrayNode accounts = body.putArray("accounts");
        some.forEach(ticker -> accounts.add(ticker.account.toString()));
        JsonNode answer =
                downstream.json(Call.ask(Owner.BILLING, "/internal/v1/operator/live", Asker.ofAllAccounts(), body));
        Map<String, String> moments = new HashMap<>();
        for (JsonNode one : answer.path("data")) {
            Shapes.Live live = Json.mapper().treeToValue(one, Shapes.Live.class);
            moments.put(one.path("account").asString(""), Json.mapper().writeValueAsString(live));
        }
        return moments;
    }

    private static Moment unavailable(String detail) {
        return new Moment("unavailable", Json.mapper().writeValueAsString(Map.of("detail", detail)));
    }

    /** How many accounts are watched now. */
    int watched() {
        return tickers.size();
    }
}
