package dev.berth.metering.interval;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.metering.edge.Caller;
import dev.berth.metering.edge.Page;
import dev.berth.metering.edge.Parameters;
import dev.berth.metering.edge.Refusal;
import dev.berth.metering.inventory.Volumes;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Intervals, as the gateway asks for them: in the order in which they ended, those that run last. */
@RestController
@RequestMapping("/internal/v1/intervals")
class IntervalHttp {
    private final DSLContext dsl;
    private final InstantSource clock;

    IntervalHttp(DSLContext dsl, InstantSource clock) {
        this.dsl = dsl;
        this.clock = clock;
    }

    /** The call that began it. */
    record CauseView(String operation, String actor, Instant at) {}

    /** An interval of the public API, of a container or of a volume; {@code ms} counts up to now while it runs. */
    @JsonInclude
    record View(
            @Nullable ContainerId container,
            @Nullable String engineId,
            @Nullable WorkloadId workload,
            @Nullable VolumeId volume,
            Instant startedAt,
            @Nullable Instant finishedAt,
            long ms,
            int cpuMillis,
            int memoryMib,
            int volumeGib,
            boolean billed,
            @Nullable String zeroReason,
            CauseView cause) {
        static View of(Interval interval, Instant now) {
            Size size = interval.size();
            boolean ofVolume = interval.isVolume();
            return new View(
                    ofVolume ? null : interval.container(),
                    ofVolume ? null : interval.engineId(),
                    ofVolume ? null : interval.workload(),
                    ofVolume ? Volumes.of(interval.container()) : null,
                    interval.start(),
                    interval.end(),
                    interval.ms(now),
                    size == null ? 0 : size.cpuMillis(),
                    size == null ? 0 : size.memoryMib(),
                    size == null ? 0 : size.volumeGib(),
                    interval.billed(),
                    interval.zeroReason() == null ? null : interval.zeroReason().text(),
                    new CauseView(
                            interval.cause().operation(),
                            interval.cause().actor(),
                            interval.cause().at()));
        }
    }

    @GetMapping
    Page<View> list(
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
            @RequestParam(name = "account", required = false) @Nullable String account,
            @RequestParam(name = "workload", required = false) @Nullable String workload,
            @RequestParam(name = "container", required = false) @Nullable String container,
            @RequestParam(name = "volume", required = false) @Nullable String volume,
            @RequestParam(name = "from", required = false) @Nullable String from,
            @RequestParam(name = "to", required = false) @Nullable String to,
            @RequestParam(name = "limit", required = false) @Nullable Integer limit,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor) {
        VolumeId ofVolume = Parameters.volume(volume);
        IntervalReader.Query query = new IntervalReader.Query(
                caller.account(account),
                Parameters.workload(workload),
                ofVolume == null ? Parameters.container(container) : Volumes.asContainer(ofVolume),
                Parameters.instant("from", from),
                Parameters.instant("to", to));
        int most = Page.limit(limit);
        List<Interval> rows =
                IntervalReader.page(dsl, query, cursor == null ? null : after(Page.position(cursor)), most + 1);
        Instant now = clock.instant();
        return Page.of(rows, most, IntervalHttp::position).map(interval -> View.of(interval, now));
    }

    private static String position(Interval interval) {
        return "%s %s %d"
                .formatted(
                        interval.end() == null ? "-" : interval.end().toEpochMilli(),
                        interval.container(),
                        interval.start().toEpochMilli());
    }

    private static IntervalReader.After after(String position) {
        String[] parts = position.split(" ", -1);
        try {
            return new IntervalReader.After(
                    parts[0].equals("-") ? null : Instant.ofEpochMilli(Long.parseLong(parts[0])),
                    ContainerId.parse(parts[1]),
                    Instant.ofEpochMilli(Long.parseLong(parts[2])));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw Refusal.invalid("cursor", "is not one that was given");
        }
    }
}
