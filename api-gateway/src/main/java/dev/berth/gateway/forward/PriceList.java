package dev.berth.gateway.forward;

import dev.berth.gateway.feed.Mirror;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.wire.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What use costs, by one price book.
 *
 * @param json as billing answered it
 */
public record PriceList(JsonNode json, String currency, List<Shapes.PriceComponent> components) {
    private static final BigDecimal SECONDS_PER_HOUR = BigDecimal.valueOf(3600);
    private static final BigDecimal MILLIS_PER_CPU = BigDecimal.valueOf(1000);
    private static final BigDecimal MIB_PER_GIB = BigDecimal.valueOf(1024);

    public PriceList {
        components = List.copyOf(components);
    }

    static PriceList read(JsonNode json) {
        Shapes.Prices prices = Json.mapper().treeToValue(json, Shapes.Prices.class);
        return new PriceList(json, prices.currency(), prices.components());
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

    /** What a volume, or a GiB of one, costs for an hour, as {@link #perHour}. */
    public Optional<BigDecimal> volumePerHour(int gib) {
        return unitPrice("volume_gib_hours").map(price -> price.multiply(BigDecimal.valueOf(gib)));
    }

    /** What all that runs and all volumes cost for an hour, as {@link #perHour}. */
    public Optional<BigDecimal> perHour(List<Mirror.Running> running, int volumeGib) {
        Optional<BigDecimal> volumes = volumePerHour(volumeGib);
        if (volumes.isEmpty()) {
            return Optional.empty();
        }
        BigDecimal sum = volumes.get();
        for (Mirror.Running one : running) {
            Optional<BigDecimal> perHour = perHour(one.cpu(), one.memory());
            if (perHour.isEmpty()) {
                return Optional.empty();
            }
            sum = sum.add(perHour.get());
        }
        return Optional.of(sum);
    }

    /** The price of a unit; zero for what has no price, empty where it is not one price. */
    private Optional<BigDecimal> unitPrice(String component) {
        for (Shapes.PriceComponent one : components) {
            if (one.id().equals(component)) {
                return one.model().equals("per_unit")
                        ? Optional.ofNullable(one.unitPrice()).map(BigDecimal::new)
                        : Optional.empty();
            }
        }
        return Optional.of(BigDecimal.ZERO);
    }
}
