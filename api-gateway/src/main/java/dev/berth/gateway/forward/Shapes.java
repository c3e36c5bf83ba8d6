package dev.berth.gateway.forward;

import dev.berth.schema.unit.Money;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The forms of what the owners answer, as the API's description has them: for the document and for the pages. What is forwarded
 * is passed on as it came, so fields that are not here are not lost.
 */
public final class Shapes {
    private Shapes() {}

    /**
     * A container as the provisioner sees it; times are the engine's own. {@code image} has the digest once it was started; {@code message}
     * says why it is as it is, such as {@code pulling: 34 of 120 MiB}, and {@code code} the same for programs.
     */
    public record Container(
            String id,
            String workload,
            long generation,
            int replica,
            @Nullable String engineId,
            @Nullable String host,
            String state,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable Integer exitCode,
            boolean oomKilled,
            @Nullable String reason,
            int cpuMillis,
            int memoryMib,
            @Nullable String image,
            @Nullable String code,
            @Nullable String message) {}

    /**
     * What a container uses. Numbers count from its start but for {@code cpu_millis} (over the last second), memory and processes.
     */
    public record Stats(
            String container,
            Instant at,
            @Nullable Long cpuMillis,
            int cpuLimitMillis,
            long cpuMs,
            long periods,
            long throttledPeriods,
            long throttledMs,
            long memoryBytes,
            long memoryLimitBytes,
            long pids,
            long receivedBytes,
            long sentBytes,
            long readBytes,
            long writtenBytes) {}

    /**
     * Use of one key: a workload, a container, a volume, a day or an hour; quantities are decimal strings. {@code egress_bytes} is what left
     * Berth's networks, a GiB of it 2^30 bytes.
     */
    public record UsageRow(
            @Nullable String key,
            long containerMs,
            String containerSeconds,
            String vcpuSeconds,
            String gibSeconds,
            @Nullable String volumeGibHours,
            @Nullable Long egressBytes,
            @Nullable String egressGib,
            @Nullable Money cost) {}

    /** Use of a span of time with what it costs; containers that still run are counted up to {@code as_of}. */
    public record Usage(Instant from, Instant to, Instant asOf, List<UsageRow> data, UsageRow total) {}

    /** A span of time, from {@code start} and before {@code end}. */
    public record Span(Instant start, Instant end) {}

    /**
     * An invoice; {@code number} is null while its use is still gathering. {@code breakdown} says how its subtotal, which coupons have
     * lowered, becomes what is due.
     */
    public record Invoice(
            @Nullable String id,
            @Nullable String number,
            String status,
            Span period,
            Money subtotal,
            @Nullable Money tax,
            Money total,
            Money amountDue,
            @Nullable Instant dueAt,
            @Nullable Instant finalizedAt,
            @Nullable List<InvoiceLine> lines,
            BillingShapes.@Nullable Breakdown breakdown) {}

    /** A line: a price component of a workload, or of a volume. */
    public record InvoiceLine(
            @Nullable String id,
            String component,
            String description,
            String quantity,
            String unit,
            @Nullable String unitPrice,
            Money amount,
            @Nullable String workload,
            @Nullable String volume) {}

    /** The call that caused something. */
    public record Cause(
            @Nullable String operation,
            @Nullable String actor,
            @Nullable Instant at) {}

    /** One container at one size from its start to its stop, as Docker recorded both; or one volume at one size. */
    public record Interval(
            @Nullable String container,
            @Nullable String engineId,
            @Nullable String workload,
            @Nullable String volume,
            Instant startedAt,
            @Nullable Instant finishedAt,
            long ms,
            int cpuMillis,
            int memoryMib,
            @Nullable Integer volumeGib,
            @Nullable Long egressBytes,
            boolean billed,
            @Nullable String zeroReason,
            @Nullable Cause cause) {}

    /** A component of the price book; {@code id} is what is measured. */
    public record PriceComponent(
            String id,
            String model,
            @Nullable String unitPrice,
            @Nullable String freePerMonth) {}

    /** A size that workloads can have. */
    public record Size(String name, int cpuMillis, int memoryMib) {}

    /** What use costs. */
    public record Prices(String name, @Nullable String version, String currency, List<PriceComponent> components) {}

    /** A workload in the live view. */
    public record LiveWorkload(String workload, Money accrued, String containerSeconds, int running) {}

    /** A volume in the live view; {@code gib} counts its snapshots. */
    public record LiveVolume(String volume, Money accrued, String volumeGibHours, int gib) {}

    /** What runs and is kept now costs this much for an hour, by the list of prices and before any free allowance; a decimal string. */
    public record BurnRate(String perHour, String currency) {}

    /**
     * Use of the current billing period as of now; one each second. `used` is what counts against `cap`: what accrued and the fees of the
     * period; of a prepaid account without a cap that is its credit.
     */
    public record Live(
            Instant asOf,
            Span period,
            Money accrued,
            String containerSeconds,
            String vcpuSeconds,
            String gibSeconds,
            int running,
            @Nullable BurnRate burnRate,
            List<LiveWorkload> workloads,
            List<LiveVolume> volumes,
            @Nullable Money cap,
            @Nullable Long secondsToCap,
            @Nullable Money used) {}

    /** A page of containers. */
    public record ContainerPage(
            List<Container> data, @Nullable String nextCursor) {}

    /** A page of invoices. */
    public record InvoicePage(List<Invoice> data, @Nullable String nextCursor) {}

    /** A page of intervals. */
    public record IntervalPage(
            List<Interval> data, @Nullable String nextCursor) {}
}
