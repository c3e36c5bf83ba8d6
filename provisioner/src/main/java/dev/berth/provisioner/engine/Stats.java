package dev.berth.provisioner.engine;

import com.github.dockerjava.api.model.BlkioStatEntry;
import com.github.dockerjava.api.model.CpuStatsConfig;
import com.github.dockerjava.api.model.StatisticNetworksConfig;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.api.model.StatsConfig;
import com.github.dockerjava.api.model.ThrottlingDataConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a running container uses, as the engine's two latest looks about a second apart show it. All but {@code cpuMillis},
 * {@code memoryBytes} and {@code pids} count from its start.
 *
 * @param cpuMillis thousandths of a processor, between the two looks; null while there was only one
 * @param throttledPeriods in how many of {@code periods} it was held to its limit of CPU
 * @param memoryBytes without what the kernel would give back at once: usage less inactive file pages, as {@code docker stats} has it
 * @see <a href="https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerStats">ContainerStats</a>
 */
public record Stats(
        Instant at,
        @Nullable Long cpuMillis,
        long cpuNanos,
        long periods,
        long throttledPeriods,
        long throttledNanos,
        long memoryBytes,
        long memoryLimitBytes,
        long pids,
        long receivedBytes,
        long sentBytes,
        long readBytes,
        long writtenBytes) {
    /** Reads the engine's answer; empty when the container does not run. */
    static Optional<Stats> of(Statistics answer) {
        Instant at = time(answer.getRead());
        CpuStatsConfig cpu = answer.getCpuStats();
        if (at == null
                || cpu == null
                || answer.getMemoryStats() == null
                || answer.getMemoryStats().getUsage() == null) {
            return Optional.empty();
        }
        ThrottlingDataConfig throttling = cpu.getThrottlingData();
        Collection<StatisticNetworksConfig> networks = Objects.requireNonNullElse(
                        answer.getNetworks(), Map.<String, StatisticNetworksConfig>of())
                .values();
        return Optional.of(new Stats(
                at,
                rate(answer, at),
                used(cpu),
                throttling == null ? 0 : number(throttling.getPeriods()),
                throttling == null ? 0 : number(throttling.getThrottledPeriods()),
                throttling == null ? 0 : number(throttling.getThrottledTime()),
                memory(answer),
                number(answer.getMemoryStats().getLimit()),
                answer.getPidsStats() == null ? 0 : number(answer.getPidsStats().getCurrent()),
                networks.stream().mapToLong(one -> number(one.getRxBytes())).sum(),
                networks.stream().mapToLong(one -> number(one.getTxBytes())).sum(),
                io(answer, "read"),
                io(answer, "write")));
    }

    /** With the use of CPU since an earlier look, where the engine does not tell it. */
    Stats since(Stats earlier) {
        if (cpuMillis != null || !earlier.at().isBefore(at)) {
            return this;
        }
        long rate = Math.round(Math.max(0, cpuNanos - earlier.cpuNanos())
                * 1000.0
                / Duration.between(earlier.at(), at).toNanos());
        return new Stats(
                at,
                rate,
                cpuNanos,
                periods,
                throttledPeriods,
                throttledNanos,
                memoryBytes,
                memoryLimitBytes,
                pids,
                receivedBytes,
                sentBytes,
                readBytes,
                writtenBytes);
    }

    private static @Nullable Long rate(Statistics answer, Instant at) {
        Instant before = time(answer.getPreread());
        if (before == null || answer.getPreCpuStats() == null || !before.isBefore(at)) {
            return null;
        }
        long nanos = Duration.between(before, at).toNanos();
        long used = Math.max(0, used(answer.getCpuStats()) - used(answer.getPreCpuStats()));
        return Math.round(used * 1000.0 / nanos);
    }

    private static long used(CpuStatsConfig cpu) {
        return cpu.getCpuUsage() == null ? 0 : number(cpu.getCpuUsage().getTotalUsage());
    }

    private static long memory(Statistics answer) {
        StatsConfig stats = answer.getMemoryStats().getStats();
        long cache = 0;
        if (stats != null) {
            // cgroup v1 names what is of its children too; v2 has no other.
            cache = stats.getTotalInactiveFile() == null
                    ? number(stats.getInactiveFile())
                    : number(stats.getTotalInactiveFile());
        }
        long usage = number(answer.getMemoryStats().getUsage());
        return cache < usage ? usage - cache : usage;
    }

    private static long io(Statistics answer, String operation) {
        List<BlkioStatEntry> entries = answer.getBlkioStats() == null
                ? List.of()
                : Objects.requireNonNullElse(
                        answer.getBlkioStats().getIoServiceBytesRecursive(), List.<BlkioStatEntry>of());
        return entries.stream()
                .filter(entry -> operation.equalsIgnoreCase(entry.getOp()))
                .mapToLong(entry -> number(entry.getValue()))
                .sum();
    }

    private static long number(@Nullable Long value) {
        return value == null ? 0 : value;
    }

    /** The engine's zero time is none. */
    private static @Nullable Instant time(@Nullable String text) {
        try {
            Instant time =
                    text == null ? Instant.MIN : OffsetDateTime.parse(text).toInstant();
            return time.isAfter(Instant.EPOCH) ? time : null;
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
