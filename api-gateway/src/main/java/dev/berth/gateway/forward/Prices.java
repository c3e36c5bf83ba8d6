package dev.berth.gateway.forward;

import dev.berth.schema.id.AccountId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Lists of prices, each asked of billing at most twice a minute however many ask: the one an account is billed by, and those that
 * are offered to everybody. Thread-safe.
 */
@Component
public class Prices {
    private static final Duration FRESH = Duration.ofSeconds(30);

    /** Whose list: an account's own, or that of a plan in a currency, with billing's choice where one is null. */
    private record Which(
            @Nullable AccountId account,
            @Nullable String currency,
            @Nullable String plan) {}

    private final Downstream downstream;
    private final InstantSource clock;
    private final Map<Which, Slot> slots = new ConcurrentHashMap<>();

    Prices(Downstream downstream, InstantSource clock) {
        this.downstream = downstream;
        this.clock = clock;
    }

    /** What an account pays, in its currency. */
    public PriceList of(AccountId account) {
        return fresh(new Which(account, null, null));
    }

    /** What is offered to who has no account yet, unless they ask for something else. */
    public PriceList offered() {
        return offered(null, null);
    }

    /**
     * What is offered in a currency and on a plan.
     *
     * @param plan one that there is
     * @throws PassedProblem if billing has no prices in that currency
     */
    PriceList offered(@Nullable String currency, @Nullable String plan) {
        return fresh(new Which(null, currency, plan));
    }

    private PriceList fresh(Which which) {
        Slot slot = slots.get(which);
        if (slot == null) {
            Instant longAgo = clock.instant().minus(FRESH);
            slots.values().removeIf(one -> one.usedAt.isBefore(longAgo));
            slot = slots.computeIfAbsent(which, Slot::new);
        }
        return slot.fresh();
    }

    /** One list; those who ask while it is asked for wait for the one answer. */
    private final class Slot {
        private final Which which;
        private volatile Instant usedAt = clock.instant();
        private @Nullable PriceList list; // guarded by this
        private Instant asOf = Instant.MIN; // guarded by this

        Slot(Which which) {
            this.which = which;
        }

        synchronized PriceList fresh() {
            Instant now = clock.instant();
            usedAt = now;
            PriceList known = list;
            if (known == null || now.isAfter(asOf.plus(FRESH))) {
                Asker asker = which.account == null ? Asker.gateway() : Asker.gateway(which.account);
                known = PriceList.read(downstream.json(Call.get(Owner.BILLING, "/internal/v1/prices", asker)
                        .with("currency", which.currency)
                        .with("plan", which.plan)));
                list = known;
                asOf = now;
            }
            return known;
        }
    }
}
