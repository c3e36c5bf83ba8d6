package dev.berth.gateway.forward;

import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.feed.Mirror;
import dev.berth.gateway.feed.VolumeMirror;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.unit.Money;
import dev.berth.schema.unit.Period;
import dev.berth.schema.wire.Json;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What the current period has cost so far, once a second for each account that somebody watches: however many watch, metering
 * and billing are asked once. Thread-safe.
 */
@Component
class LiveUsage {
    private static final Logger LOG = LoggerFactory.getLogger(LiveUsage.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(3);
    private static final int RATE_DECIMALS = 6;

    private final Usage usage;
    private final Prices prices;
    private final Mirror mirror;
    private final VolumeMirror volumes;
    private final Map<AccountId, Ticker> tickers = new ConcurrentHashMap<>();

    LiveUsage(Usage usage, Prices prices, Mirror mirror, VolumeMirror volumes) {
        this.usage = usage;
        this.prices = prices;
        this.mirror = mirror;
        this.volumes = volumes;
    }

    /** What was seen at one moment, as an event of the stream. */
    record Moment(String event, String json) {}

    /** Joins the watchers of an account; close it to leave. */
    Watch watch(AccountId account, ZoneId zone) {
        Ticker ticker = java.util.Objects.requireNonNull(tickers.compute(account, (key, running) -> {
            Ticker one = running == null ? new Ticker(account, zone) : running;
            one.watchers++;
            return one;
        }));
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
            tickers.computeIfPresent(ticker.account, (key, running) -> {
                if (running != ticker || --running.watchers > 0) {
                    return running;
                }
                running.thread.interrupt();
                return null;
            });
        }
    }

    private final class Ticker {
        private final AccountId account;
        private final ZoneId zone;
        private final Thread thread;
        private int watchers; // guarded by the entry of the map
        private long number; // guarded by this
        private @Nullable Moment moment; // guarded by this

        Ticker(AccountId account, ZoneId zone) {
            this.account = account;
            this.zone = zone;
            thread = Thread.ofVirtual().name("live-usage").start(this::run);
        }

        private void run() {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    long begun = System.nanoTime();
                    boolean worked = tick();
                    Duration pause = (worked ? EVERY : AFTER_FAILURE).minusNanos(System.nanoTime() - begun);
                    if (pause.isPositive()) {
                        Thread.sleep(pause);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private boolean tick() {
            try {
                publish(new Moment("usage", Json.mapper().writeValueAsString(now(account, zone))));
                return true;
            } catch (Refusal refusal) {
                publish(new Moment(
                        "unavailable",
                        Json.mapper()
                                .writeValueAsString(
                                        Map.of("detail", refusal.problem().detail()))));
                return false;
            } catch (RuntimeException e) {
                if (!Thread.currentThread().isInterrupted()) {
                    LOG.atWarn().addKeyValue("account", account).setCause(e).log("the live view broke");
                }
                publish(new Moment("unavailable", "{\"detail\":\"The live view broke; it tries again.\"}"));
                return false;
            }
        }

        private synchronized void publish(Moment next) {
            moment = next;
            number++;
            notifyAll();
        }
    }

    /** The state of now. */
    Shapes.Live now(AccountId account, ZoneId zone) {
        Asker asker = Asker.gateway(account);
        Period period = usage.currentPeriod(asker);
        Shapes.Usage used = usage.read(asker, period, GroupBy.WORKLOAD, zone);
        List<Mirror.Running> running = mirror.running(account);
        Map<String, Integer> counts = new HashMap<>();
        running.forEach(one -> counts.merge(one.workload().toString(), 1, Integer::sum));
        PriceList list = prices.of(account);
        Money nothing = Money.zero(list.currency());
        List<Shapes.LiveWorkload> workloads = new ArrayList<>();
        List<Shapes.LiveVolume> kept = new ArrayList<>();
        Map<VolumeId, Integer> gib = volumes.counting(account);
        for (Shapes.UsageRow row : used.data()) {
            String id = String.valueOf(row.key());
            if (id.startsWith(VolumeId.PREFIX + "_")) {
                kept.add(new Shapes.LiveVolume(
                        id,
                        row.cost() == null ? nothing : row.cost(),
                        String.valueOf(row.volumeGibHours()),
                        gib.getOrDefault(VolumeId.parse(id), 0)));
                continue;
            }
            workloads.add(new Shapes.LiveWorkload(
                    id, row.cost() == null ? nothing : row.cost(), row.containerSeconds(), counts.getOrDefault(id, 0)));
        }
        Shapes.UsageRow total = used.total();
        return new Shapes.Live(
                used.asOf(),
                new Shapes.Span(period.start(), period.end()),
                total.cost() == null ? nothing : total.cost(),
                total.containerSeconds(),
                total.vcpuSeconds(),
                total.gibSeconds(),
                running.size(),
                burnRate(
                                running,
                                gib.values().stream()
                                        .mapToInt(Integer::intValue)
                                        .sum(),
                                list)
                        .orElse(null),
                workloads,
                kept,
                null,
                null);
    }

    private static Optional<Shapes.BurnRate> burnRate(List<Mirror.Running> running, int volumeGib, PriceList list) {
        return list.perHour(running, volumeGib)
                .map(sum -> new Shapes.BurnRate(
                        sum.setScale(RATE_DECIMALS, RoundingMode.HALF_UP).toPlainString(), list.currency()));
    }

    /** How many accounts are watched now. */
    int watched() {
        return tickers.size();
    }
}
