package dev.berth.gateway.feed;

import static dev.berth.schema.db.gateway.Tables.FEED_VOLUME;
import static org.jooq.impl.DSL.when;

import dev.berth.gateway.volume.VolumeObservations;
import dev.berth.schema.container.ContainerEvent;
import dev.berth.schema.container.SnapshotTaken;
import dev.berth.schema.container.VolumeDestroyed;
import dev.berth.schema.container.VolumeFailed;
import dev.berth.schema.container.VolumeReady;
import dev.berth.schema.db.gateway.tables.records.FeedVolumeRecord;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.wire.Json;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Query;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** What is there of each volume, as the provisioner told of it. Thread-safe. */
@Repository
public class VolumeMirror implements VolumeObservations {
    private final DSLContext db;

    VolumeMirror(DSLContext db) {
        this.db = db;
    }

    /** Takes facts in their order; of those with a sequence the greatest of a volume holds. */
    void take(DSLContext transaction, List<ContainerEvent> facts) {
        for (ContainerEvent fact : facts) {
            switch (fact) {
                case VolumeReady ready -> ready(transaction, ready).execute();
                case VolumeFailed failed -> failed(transaction, failed).execute();
                case VolumeDestroyed gone -> destroyed(transaction, gone).execute();
                default -> {} // not of a volume
            }
        }
    }

    private static Query ready(DSLContext tx, VolumeReady fact) {
        var t = FEED_VOLUME;
        FeedVolumeRecord row = new FeedVolumeRecord();
        row.setVolumeId(fact.volume());
        row.setAccountId(fact.account());
        row.setState("ready");
        row.setGeneration(fact.generation());
        row.setHost(fact.host());
        row.setDriver(fact.driver());
        row.setSizeEnforced(fact.sizeEnforced());
        row.setSizeGib(fact.sizeGib());
        row.setSnapshots(JSONB.valueOf(Json.mapper().writeValueAsString(fact.snapshots())));
        row.setRestores(fact.restores());
        row.setSequence(fact.sequence());
        row.setCreatedAt(fact.createdAt());
        row.setChangedAt(fact.changedAt());
        return tx.insertInto(t)
                .set(row)
                .onConflict(t.VOLUME_ID)
                .doUpdate()
                .set(row)
                // A later wish that failed is still not as it is wished.
                .set(t.CODE, when(t.FAILED_GENERATION.gt(fact.generation()), t.CODE))
                .set(t.MESSAGE, when(t.FAILED_GENERATION.gt(fact.generation()), t.MESSAGE))
                .where(t.SEQUENCE.lt(fact.sequence()));
    }

    private static Query failed(DSLContext tx, VolumeFailed fact) {
        var t = FEED_VOLUME;
        return tx.insertInto(t)
                .set(t.VOLUME_ID, fact.volume())
                .set(t.ACCOUNT_ID, fact.account())
                .set(t.STATE, "wished")
                .set(t.GENERATION, 0L)
                .set(t.SEQUENCE, 0L)
                .set(t.FAILED_GENERATION, fact.generation())
                .set(t.CODE, fact.code())
                .set(t.MESSAGE, fact.message())
                .set(t.CHANGED_AT, fact.failedAt())
                .onConflict(t.VOLUME_ID)
                .doUpdate()
                .set(t.FAILED_GENERATION, fact.generation())
                .set(t.CODE, fact.code())
                .set(t.MESSAGE, fact.message())
                .set(t.CHANGED_AT, fact.failedAt())
                .where(t.FAILED_GENERATION.le(fact.generation()));
    }

    private static Query destroyed(DSLContext tx, VolumeDestroyed fact) {
        var t = FEED_VOLUME;
        return tx.insertInto(t)
                .set(t.VOLUME_ID, fact.volume())
                .set(t.ACCOUNT_ID, fact.account())
                .set(t.STATE, "destroyed")
                .set(t.GENERATION, 0L)
                .set(t.SEQUENCE, fact.sequence())
                .set(t.CHANGED_AT, fact.destroyedAt())
                .onConflict(t.VOLUME_ID)
                .doUpdate()
                .set(t.STATE, "destroyed")
                .set(t.SNAPSHOTS, JSONB.valueOf("[]"))
                .set(t.SEQUENCE, fact.sequence())
                .set(t.CHANGED_AT, fact.destroyedAt())
                .where(t.SEQUENCE.lt(fact.sequence()));
    }

    @Override
    public Map<VolumeId, Seen> of(Collection<VolumeId> volumes) {
        return db.selectFrom(FEED_VOLUME)
                .where(FEED_VOLUME.VOLUME_ID.in(volumes))
                .fetchMap(FEED_VOLUME.VOLUME_ID, VolumeMirror::read);
    }

    /** Volumes that are there, whose use goes on, and their size with their snapshots in GiB. */
    public Map<VolumeId, Integer> counting(dev.berth.schema.id.AccountId account) {
        return db.selectFrom(FEED_VOLUME)
                .where(FEED_VOLUME.ACCOUNT_ID.eq(account), FEED_VOLUME.STATE.eq("ready"))
                .fetchMap(FEED_VOLUME.VOLUME_ID, row -> {
                    Integer size = row.getSizeGib();
                    int snapshots = snapshots(row).stream()
                            .mapToInt(SnapshotTaken::sizeGib)
                            .sum();
                    return (size == null ? 0 : size) + snapshots;
                });
    }

    private static List<SnapshotTaken> snapshots(FeedVolumeRecord row) {
        return Json.mapper().readValue(row.getSnapshots().data(), new TypeReference<List<SnapshotTaken>>() {});
    }

    private static Seen read(FeedVolumeRecord row) {
        return new Seen(
                row.getState(),
                row.getGeneration(),
                row.getDriver(),
                row.getSizeEnforced(),
                row.getSizeGib(),
                snapshots(row),
                row.getRestores(),
                row.getFailedGeneration(),
                row.getCode(),
                row.getMessage(),
                row.getCreatedAt(),
                row.getChangedAt());
    }
}
