package dev.berth.metering.audit;

import static dev.berth.schema.db.metering.Tables.FINDING;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.metering.edge.Caller;
import dev.berth.metering.edge.Page;
import dev.berth.metering.edge.Parameters;
import dev.berth.metering.edge.Refusal;
import dev.berth.metering.inventory.Progress;
import dev.berth.metering.inventory.Volumes;
import dev.berth.metering.usage.UsageProperties;
import dev.berth.schema.db.metering.tables.records.FindingRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What does not fit together: an account sees its own, the operator everything, silent hosts included. */
@RestController
@RequestMapping("/internal/v1")
class AuditHttp {
    private static final String SILENT_HOST = "silent_host";
    private static final Field<Boolean> OF_VOLUME = DSL.field(
            "exists (select 1 from fact f where f.container_id = finding.container_id and f.volume_gib is not null)",
            Boolean.class);

    private final DSLContext dsl;
    private final InstantSource clock;
    private final UsageProperties properties;
    private final Rebuild rebuild;

    AuditHttp(DSLContext dsl, InstantSource clock, UsageProperties properties, Rebuild rebuild) {
        this.dsl = dsl;
        this.clock = clock;
        this.properties = properties;
        this.rebuild = rebuild;
    }

    /** A finding; of a silent host only {@code host}, {@code from} and the words. */
    @JsonInclude
    record View(
            @Nullable ContainerId container,
            @Nullable WorkloadId workload,
            @Nullable VolumeId volume,
            @Nullable AccountId account,
            @Nullable String host,
            Instant from,
            @Nullable Instant to,
            String kind,
            String detail) {}

    @GetMapping("/audit")
    Page<View> list(
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
            @RequestParam(name = "account", required = false) @Nullable String accountText,
            @RequestParam(name = "from", required = false) @Nullable String fromText,
            @RequestParam(name = "to", required = false) @Nullable String toText,
            @RequestParam(name = "limit", required = false) @Nullable Integer limit,
            @RequestParam(name = "cursor", required = false) @Nullable String cursor) {
        AccountId account = caller.accountOrAll(accountText);
        Instant from = Parameters.instant("from", fromText);
        Instant to = Parameters.instant("to", toText);
        int most = Page.limit(limit);
        Condition condition = account == null ? DSL.noCondition() : FINDING.ACCOUNT_ID.eq(account);
        if (from != null) {
            condition =
                    condition.and(DSL.coalesce(FINDING.TO_AT, FINDING.FROM_AT).ge(from));
        }
        if (to != null) {
            condition = condition.and(FINDING.FROM_AT.lt(to));
        }
        if (cursor != null) {
            condition = condition.and(after(Page.position(cursor)));
        }
        Page<View> page = Page.of(findings(condition, most + 1), most, AuditHttp::position);
        if (account != null || cursor != null) {
            return page;
        }
        List<View> withHosts = new ArrayList<>(silentHosts());
        withHosts.addAll(page.data());
        return new Page<>(withHosts, page.nextCursor());
    }

    @PostMapping("/operator/rebuild")
    Rebuild.Report rebuild(@RequestAttribute(Caller.ATTRIBUTE) Caller caller) {
        caller.requireOperator();
        return rebuild.run();
    }

    private List<View> findings(Condition condition, int limit) {
        return dsl.select(FINDING.fields())
                .select(OF_VOLUME)
                .from(FINDING)
                .where(condition)
                .orderBy(FINDING.FROM_AT, FINDING.CONTAINER_ID, FINDING.KIND)
                .limit(limit)
                .fetch(row -> view(row.into(FINDING), row.get(OF_VOLUME)));
    }

    private static View view(FindingRecord row, boolean ofVolume) {
        return new View(
                ofVolume ? null : row.getContainerId(),
                ofVolume ? null : row.getWorkloadId(),
                ofVolume ? Volumes.of(row.getContainerId()) : null,
                row.getAccountId(),
                null,
                row.getFromAt(),
                row.getToAt(),
                row.getKind(),
                row.getDetail());
    }

    private List<View> silentHosts() {
        return Progress.read(dsl).silentSince(clock.instant().minus(properties.silentAfter())).stream()
                .map(seen -> new View(
                        null,
                        null,
                        null,
                        null,
                        seen.host(),
                        seen.observedAt(),
                        null,
                        SILENT_HOST,
                        "no inventory came since %s: the watermark waits; retire the host if it is gone"
                                .formatted(seen.observedAt())))
                .toList();
    }

    private static String position(View view) {
        ContainerId subject = view.volume() == null ? view.container() : Volumes.asContainer(view.volume());
        return "%d %s %s".formatted(view.from().toEpochMilli(), subject, view.kind());
    }

    private static Condition after(String position) {
        String[] parts = position.split(" ", -1);
        try {
            return DSL.row(FINDING.FROM_AT, FINDING.CONTAINER_ID, FINDING.KIND)
                    .gt(Instant.ofEpochMilli(Long.parseLong(parts[0])), ContainerId.parse(parts[1]), parts[2]);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw Refusal.invalid("cursor", "is not one that was given");
        }
    }
}
