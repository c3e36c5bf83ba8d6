package dev.berth.gateway.forward;

import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.wire.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** The public list of prices, asked of billing at most twice a minute however many ask. Thread-safe. */
@Component
public class Prices {
    private static final Duration FRESH = Duration.ofSeconds(30);
    private static final BigDecimal SECONDS_PER_HOUR = BigDecimal.valueOf(3600);
    private static final BigDecimal MILLIS_PER_CPU = BigDecimal.valueOf(1000);
    private static final BigDecimal MIB_PER_GIB = BigDecimal.valueOf(1024);

    private final Downstream downstream;
    private final InstantSource clock;
    private volatile @Nullable Known known;

    private record Known(JsonNode json, Shapes.Prices prices, Instant at) {}

    Prices(Downstream downstream, InstantSource clock) {
        this.downstream = downstream;
        this.clock = clock;
    }

    /** As billing answers them. */
    JsonNode json() {
        return fresh().json;
    }

    /** The list. */
    public Shapes.Prices list() {
        return fresh().prices;
    }

    /** What a size costs for an hour before any free allowance; empty where prices come in tiers or packages. */
    public Optional<BigDecimal> perHour(CpuMillis cpu, MemoryMib memory) {
        Optional<BigDecimal> vcpuSecond = unitPrice("vcpu_seconds");
        Optional<BigDecimal> gibSecond = unitPrice("gib_seconds");
        Optional<BigDecimal> containerSecond = unitPrice("container_seconds");
        if (vcpuSecond.isEmpty() || gibSecond.isEmpty() || containerSecond.isEmpty()) {
            return Optional.empty();
        }
        BigDecimal vcpus = BigDecimal.valueOf(cpu.value()).divide(MILLIS_PER_CPU);
        BigDecimal gib = BigDecimal.valueOf(memory.value()).divide(MIB_PER_GIB);
        return Optional.of(vcpuSecond
                .get()
                .multiply(vcpus)
                .add(gibSecond.get().multiply(gib))
                .add(containerSecond.get())
                .multiply(SECONDS_PER_HOUR));
    }

    /** The price of a unit; zero for what has no price, empty where it is not one price. */
    public Optional<BigDecimal> unitPrice(String component) {
        for (Shapes.PriceComponent one : list().components()) {
            if (one.id().equals(component)) {
                return one.model().equals("per_unit")
                        ? Optional.ofNullable(one.unitPrice()).map(BigDecimal::new)
                        : Optional.empty();
            }
        }
        return Optional.of(BigDecimal.ZERO);
    }

    private Known fresh() {
        Known now = known;
        if (now == null || clock.instant().isAfter(now.at.plus(FRESH))) {
            now = ask();
            known = now;
        }
        return now;
    }

    private synchronized Known ask() {
        Known now = known;
        Instant at = clock.instant();
        if (now != null && !at.isAfter(now.at.plus(FRESH))) {
            return now; // somebody else has just asked
        }
        JsonNode json = downstream.json(Call.get(Owner.BILLING, "/internal/v1/prices", Asker.gateway()));
        return new Known(json, Json.mapper().treeToValue(json, Shapes.Prices.class), at);
    }
}
