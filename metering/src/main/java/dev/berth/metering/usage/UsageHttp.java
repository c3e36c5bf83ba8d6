package dev.berth.metering.usage;

import dev.berth.metering.edge.Caller;
import dev.berth.metering.edge.ErrorCode;
import dev.berth.metering.edge.Parameters;
import dev.berth.metering.edge.Refusal;
import dev.berth.metering.inventory.Progress;
import dev.berth.metering.usage.Buckets.Grouping;
import dev.berth.metering.window.Quantity;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.unit.Period;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Use and the watermark, as the gateway asks for them. */
@RestController
@RequestMapping("/internal/v1")
class UsageHttp {
    private static final Duration LONGEST = Duration.ofDays(800);
    private static final int MOST_ROWS = 10_000;
    private static final String OTHERS = "other";

    private final LiveUsage usage;
    private final DSLContext dsl;
    private final InstantSource clock;

    UsageHttp(LiveUsage usage, DSLContext dsl, InstantSource clock) {
        this.usage = usage;
        this.dsl = dsl;
        this.clock = clock;
    }

    /** Use of one key; quantities as decimal strings, without a double on the way. */
    record Row(
            String key,
            BigInteger containerMs,
            String containerSeconds,
            String vcpuSeconds,
            String gibSeconds,
            String volumeGibHours,
            BigInteger egressBytes,
            String egressGib) {
        static Row of(String key, Quantity quantity) {
            return new Row(
                    key,
                    quantity.containerMs(),
                    quantity.containerSeconds(),
                    quantity.vcpuSeconds(),
                    quantity.gibSeconds(),
                    quantity.volumeGibHours(),
                    quantity.egressBytes(),
                    quantity.egressGib());
        }
    }

    /** Use of all keys together. */
    record Total(
            BigInteger containerMs,
            String containerSeconds,
            String vcpuSeconds,
            String gibSeconds,
            String volumeGibHours,
            BigInteger egressBytes,
            String egressGib) {
        static Total of(Quantity quantity) {
            return new Total(
                    quantity.containerMs(),
                    quantity.containerSeconds(),
                    quantity.vcpuSeconds(),
                    quantity.gibSeconds(),
                    quantity.volumeGibHours(),
                    quantity.egressBytes(),
                    quantity.egressGib());
        }
    }

    /** The answer; running containers are counted up to {@code asOf}. */
    record Usage(Instant from, Instant to, Instant asOf, List<Row> data, Total total) {}

    /** How far a partition is known. */
    record PartitionWatermark(
            int partition,

            @com.fasterxml.jackson.annotation.JsonInclude @Nullable
            Instant watermark) {}

    /** Up to when use is complete and told, and how far each partition of container facts is known. */
    record Watermarks(
            @com.fasterxml.jackson.annotation.JsonInclude @Nullable
            Instant watermark,

            List<PartitionWatermark> partitions) {}

    @GetMapping("/usage")
    Usage usage(
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
            @RequestParam(name = "account", required = false) @Nullable String accountText,
            @RequestParam(name = "from", required = false) @Nullable String fromText,
            @RequestParam(name = "to", required = false) @Nullable String toText,
            @RequestParam(name = "group_by", required = false) @Nullable String groupBy,
            @RequestParam(name = "zone", required = false) @Nullable String zoneText) {
        AccountId account = caller.account(accountText);
        ZoneId named = Parameters.zone("zone", zoneText);
        ZoneId zone = named == null ? AccountListener.zoneOf(dsl, account) : named;
        Instant now = Instant.ofEpochMilli(clock.instant().toEpochMilli());
        Period asked = period(fromText, toText, zone, now);
        LiveUsage.Answer answer = usage.read(account, asked, grouping(groupBy), zone, now);
        Map<String, Quantity> kept = atMost(MOST_ROWS, answer.rows(), grouping(groupBy));
        List<Row> rows = new ArrayList<>();
        kept.forEach((key, quantity) -> rows.add(Row.of(key, quantity)));
        return new Usage(asked.start(), asked.end(), answer.asOf(), rows, Total.of(answer.total()));
    }

    /** The rows; of too many workloads or containers the smallest are summed in one, so that the rest still adds up. */
    static Map<String, Quantity> atMost(int most, Map<String, Quantity> rows, Grouping grouping) {
        if (rows.size() <= most) {
            return rows;
        }
        if (grouping == Grouping.DAY || grouping == Grouping.HOUR) {
            throw new Refusal(
                    ErrorCode.TOO_MANY_ROWS,
                    "That would be %d rows; at most %d are answered.".formatted(rows.size(), most));
        }
        Map<String, Quantity> kept = new TreeMap<>(rows);
        Quantity others = rows.entrySet().stream()
                .sorted(Comparator.comparing(row -> row.getValue().containerMs()))
                .limit(rows.size() - most + 1)
                .map(row -> Objects.requireNonNull(kept.remove(row.getKey())))
                .reduce(Quantity.NONE, Quantity::plus);
        kept.put(OTHERS, others);
        return kept;
    }

    @GetMapping("/watermark")
    Watermarks watermark(@RequestAttribute(Caller.ATTRIBUTE) Caller caller) {
        List<PartitionWatermark> partitions = new ArrayList<>();
        Progress.read(dsl)
                .byPartition()
                .forEach((partition, watermark) -> partitions.add(new PartitionWatermark(partition, watermark)));
        return new Watermarks(PieceRepository.published(dsl).orElse(null), partitions);
    }

    /** What is asked for; this month in the account's zone where nothing is said. */
    private static Period period(@Nullable String fromText, @Nullable String toText, ZoneId zone, Instant now) {
        Instant to = Parameters.instant("to", toText);
        Instant until = to == null ? now : to;
        Instant from = Parameters.instant("from", fromText);
        if (from == null) {
            Instant month = LocalDate.ofInstant(now, zone)
                    .withDayOfMonth(1)
                    .atStartOfDay(zone)
                    .toInstant();
            from = month.isBefore(until) ? month : until;
        }
        if (until.isBefore(from)) {
            throw Refusal.invalid("to", "must not be before from");
        }
        if (Duration.between(from, until).compareTo(LONGEST) > 0) {
            throw Refusal.invalid("from", "must be at most %d days before to".formatted(LONGEST.toDays()));
        }
        return new Period(from, until);
    }

    private static Grouping grouping(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return Grouping.WORKLOAD;
        }
        for (Grouping grouping : Grouping.values()) {
            if (grouping.name().toLowerCase(Locale.ROOT).equals(text)) {
                return grouping;
            }
        }
        throw Refusal.invalid("group_by", "must be workload, container, day or hour");
    }
}
