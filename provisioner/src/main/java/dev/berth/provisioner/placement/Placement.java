package dev.berth.provisioner.placement;

import dev.berth.provisioner.engine.Size;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Chooses a host. Pure.
 *
 * <p>Goals: spread over hosts. Constraints: one container cannot have more cores than its host has; the limits of all containers
 * of a host together stay below its memory and its cores, each times an overcommit that the operator sets. Algorithm: every
 * host is asked for its objection; of those with none the one with the most free memory is taken, then the first by name.
 * Example: 512 MiB on hosts a (free 300) and b (free 900) goes to b; 1 GiB goes to neither, and the refusal names both.
 *
 * @param cpuPercent how much of the cores may be promised; 1000 is ten times
 * @param memoryPercent how much of the memory may be promised
 */
public record Placement(int cpuPercent, int memoryPercent) {
    public Placement {
        if (cpuPercent < 100 || memoryPercent < 100) {
            throw new IllegalArgumentException(
                    "overcommit is in percent, from 100; not %d and %d".formatted(cpuPercent, memoryPercent));
        }
    }

    /** Where to, or why not. */
    public sealed interface Decision {
        /** There. */
        record Placed(String host) implements Decision {}

        /** Nowhere; {@code code} is stable, {@code message} says which rule of which host, and what to do. */
        record Refused(String code, String message) implements Decision {}
    }

    /** Chooses a host for a container of this size. */
    public Decision place(Size size, List<HostView> hosts) {
        List<String> objections = new ArrayList<>();
        List<HostView> fitting = new ArrayList<>();
        for (HostView host : hosts) {
            Optional<String> objection = objection(size, host);
            if (objection.isEmpty()) {
                fitting.add(host);
            } else {
                objections.add("host %s: %s".formatted(host.name(), objection.get()));
            }
        }
        Optional<HostView> best = fitting.stream()
                .max(Comparator.comparingLong(this::freeMemoryMib)
                        .thenComparing(HostView::name, Comparator.reverseOrder()));
        if (best.isPresent()) {
            return new Decision.Placed(best.get().name());
        }
        if (hosts.isEmpty()) {
            return new Decision.Refused("no_host", "no host is ready; it starts when one is");
        }
        return new Decision.Refused(
                "no_capacity",
                "no host fits %s: %s. Choose a smaller size, stop something, or ask the operator for more room"
                        .formatted(size, objections.stream().collect(Collectors.joining("; "))));
    }

    private Optional<String> objection(Size size, HostView host) {
        int cores = host.cpus() * 1000;
        if (size.cpuMillis().value() > cores) {
            return Optional.of("it has %d millicores in all".formatted(cores));
        }
        long freeCpu = (long) cores * cpuPercent / 100 - host.takenCpuMillis();
        if (size.cpuMillis().value() > freeCpu) {
            return Optional.of("%d more millicores are needed than the %d that are left"
                    .formatted(size.cpuMillis().value() - freeCpu, Math.max(0, freeCpu)));
        }
        long freeMemory = freeMemoryMib(host);
        if (size.memoryMib().value() > freeMemory) {
            return Optional.of("%d MiB more are needed than the %d MiB that are left"
                    .formatted(size.memoryMib().value() - freeMemory, Math.max(0, freeMemory)));
        }
        return Optional.empty();
    }

    private long freeMemoryMib(HostView host) {
        return (long) host.memoryMib() * memoryPercent / 100 - host.takenMemoryMib();
    }
}
