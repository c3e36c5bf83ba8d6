package dev.berth.gateway.volume;

import static dev.berth.schema.db.gateway.Tables.VOLUME;
import static dev.berth.schema.db.gateway.Tables.VOLUME_SNAPSHOT;

import dev.berth.gateway.account.Reaping;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.Paging;
import dev.berth.schema.db.gateway.tables.records.VolumeRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** Volumes and their snapshots. Each method works in whatever transaction the context is in. */
@Repository
class VolumeRepository implements Reaping {
    void insert(DSLContext dsl, Volume volume) {
        dsl.insertInto(VOLUME).set(row(volume)).execute();
    }

    /** Writes a volume and its snapshots. */
    void update(DSLContext dsl, Volume volume) {
        dsl.update(VOLUME)
                .set(row(volume))
                .where(VOLUME.VOLUME_ID.eq(volume.id()))
                .execute();
        List<SnapshotId> kept =
                volume.snapshots().stream().map(Volume.Snapshot::id).toList();
        for (Volume.Snapshot snapshot : volume.snapshots()) {
            dsl.insertInto(VOLUME_SNAPSHOT)
                    .set(VOLUME_SNAPSHOT.SNAPSHOT_ID, snapshot.id())
                    .set(VOLUME_SNAPSHOT.VOLUME_ID, volume.id())
                    .set(VOLUME_SNAPSHOT.NAME, snapshot.name())
                    .set(VOLUME_SNAPSHOT.SIZE_GIB, snapshot.sizeGib())
                    .set(VOLUME_SNAPSHOT.CREATED_AT, snapshot.createdAt())
                    .onConflictDoNothing()
                    .execute();
        }
        dsl.update(VOLUME_SNAPSHOT)
                .set(VOLUME_SNAPSHOT.REMOVED_AT, volume.updatedAt())
                .where(VOLUME_SNAPSHOT.VOLUME_ID.eq(volume.id()), VOLUME_SNAPSHOT.REMOVED_AT.isNull())
                .and(VOLUME_SNAPSHOT.SNAPSHOT_ID.notIn(kept))
                .execute();
    }

    Optional<Volume> find(DSLContext dsl, AccountId account, VolumeId id) {
        return first(dsl, VOLUME.ACCOUNT_ID.eq(account).and(VOLUME.VOLUME_ID.eq(id)));
    }

    /** One that is not deleted. */
    Optional<Volume> named(DSLContext dsl, AccountId account, String name) {
        if (!VolumeRequest.isName(name)) {
            return Optional.empty();
        }
        return first(
                dsl, VOLUME.ACCOUNT_ID.eq(account).and(VOLUME.NAME.eq(name)).and(VOLUME.DELETED_AT.isNull()));
    }

    /** One that is not deleted, by its id or its name. */
    Optional<Volume> resolve(DSLContext dsl, AccountId account, String text) {
        Optional<VolumeId> id = parse(text);
        return id.isPresent()
                ? find(dsl, account, id.get()).filter(volume -> volume.deletedAt() == null)
                : named(dsl, account, text);
    }

    /** Reads an id; empty for what is none. */
    static Optional<VolumeId> parse(String id) {
        return GivenId.read(id, VolumeId::parse);
    }

    /** The volume of a snapshot that is kept. */
    Optional<Volume> withSnapshot(DSLContext dsl, AccountId account, SnapshotId snapshot) {
        return first(
                dsl,
                VOLUME.ACCOUNT_ID
                        .eq(account)
                        .and(VOLUME.VOLUME_ID.in(DSL.select(VOLUME_SNAPSHOT.VOLUME_ID)
                                .from(VOLUME_SNAPSHOT)
                                .where(
                                        VOLUME_SNAPSHOT.SNAPSHOT_ID.eq(snapshot),
                                        VOLUME_SNAPSHOT.REMOVED_AT.isNull()))));
    }

    /** The names of volumes, deleted ones too. */
    Map<VolumeId, String> names(DSLContext dsl, Collection<VolumeId> ids) {
        return dsl.select(VOLUME.VOLUME_ID, VOLUME.NAME)
                .from(VOLUME)
                .where(VOLUME.VOLUME_ID.in(ids))
                .fetchMap(VOLUME.VOLUME_ID, VOLUME.NAME);
    }

    /** Newest first. */
    List<Volume> list(
            DSLContext dsl, AccountId account, Volumes.Filter filter, @Nullable VolumeId before, Paging paging) {
        Condition where = VOLUME.ACCOUNT_ID.eq(account).and(state(filter.state()));
        if (filter.name() != null) {
            where = where.and(VOLUME.NAME.eq(filter.name()));
        }
        if (before != null) {
            where = where.and(VOLUME.VOLUME_ID.lt(before));
        }
        return read(dsl, where, paging.limit() + 1);
    }

    private static Condition state(@Nullable String state) {
        return switch (state) {
            case null -> VOLUME.DELETED_AT.isNull();
            case "deleted" -> VOLUME.DELETED_AT.isNotNull().and(VOLUME.PURGED_AT.isNull());
            case "purged" -> VOLUME.PURGED_AT.isNotNull();
            default -> DSL.falseCondition();
        };
    }

    /** Of an account, those that are not deleted. */
    List<Volume> present(DSLContext dsl, AccountId account) {
        return read(dsl, VOLUME.ACCOUNT_ID.eq(account).and(VOLUME.DELETED_AT.isNull()), Integer.MAX_VALUE);
    }

    /** Those that were to begin with a volume's data and are not deleted, oldest first. */
    List<Volume> copies(DSLContext dsl, VolumeId origin) {
        return read(dsl, VOLUME.ORIGIN_VOLUME.eq(origin.uuid()).and(VOLUME.DELETED_AT.isNull()), Integer.MAX_VALUE)
                .reversed();
    }

    /** A deleted volume whose time is over. */
    record Due(VolumeId volume, AccountId account, Instant purgeAt) {}

    /**
     * Those whose time is over, the earliest first.
     *
     * @param after the last one that was read already; null to begin
     */
    List<Due> due(DSLContext dsl, Instant now, @Nullable Due after, int limit) {
        return dsl.select(VOLUME.VOLUME_ID, VOLUME.ACCOUNT_ID, VOLUME.PURGE_AT)
                .from(VOLUME)
                .where(VOLUME.PURGE_AT.le(now), VOLUME.PURGED_AT.isNull())
                .and(
                        after == null
                                ? DSL.noCondition()
                                : DSL.row(VOLUME.PURGE_AT, VOLUME.VOLUME_ID).gt(after.purgeAt(), after.volume()))
                .orderBy(VOLUME.PURGE_AT, VOLUME.VOLUME_ID)
                .limit(limit)
                .fetch(row -> new Due(row.value1(), row.value2(), row.value3()));
    }

    private static Optional<Volume> first(DSLContext dsl, Condition where) {
        return read(dsl, where, 1).stream().findFirst();
    }

    private static List<Volume> read(DSLContext dsl, Condition where, int limit) {
        List<VolumeRecord> rows = dsl.selectFrom(VOLUME)
                .where(where)
                .orderBy(VOLUME.VOLUME_ID.desc())
                .limit(limit)
                .fetch();
        Map<VolumeId, List<Volume.Snapshot>> snapshots = dsl
                .selectFrom(VOLUME_SNAPSHOT)
                .where(
                        VOLUME_SNAPSHOT.VOLUME_ID.in(
                                rows.stream().map(VolumeRecord::getVolumeId).toList()),
                        VOLUME_SNAPSHOT.REMOVED_AT.isNull())
                .orderBy(VOLUME_SNAPSHOT.SNAPSHOT_ID)
                .fetch()
                .stream()
                .collect(Collectors.groupingBy(
                        row -> row.getVolumeId(),
                        Collectors.mapping(
                                row -> new Volume.Snapshot(
                                        row.getSnapshotId(), row.getName(), row.getSizeGib(), row.getCreatedAt()),
                                Collectors.toList())));
        return rows.stream()
                .map(row -> volume(row, snapshots.getOrDefault(row.getVolumeId(), List.of())))
                .toList();
    }

    private static VolumeRecord row(Volume volume) {
        VolumeRecord row = new VolumeRecord();
        row.setVolumeId(volume.id());
        row.setAccountId(volume.account());
        row.setName(volume.name());
        row.setGeneration(volume.generation());
        row.setSizeGib(volume.sizeGib());
        row.setOriginVolume(
                volume.originVolume() == null ? null : volume.originVolume().uuid());
        row.setOriginSnapshot(
                volume.originSnapshot() == null ? null : volume.originSnapshot().uuid());
        row.setRestores(volume.restores());
        row.setRestoreFrom(
                volume.restoreFrom() == null ? null : volume.restoreFrom().uuid());
        row.setCreatedAt(volume.createdAt());
        row.setUpdatedAt(volume.updatedAt());
        row.setDeletedAt(volume.deletedAt());
        row.setPurgeAt(volume.purgeAt());
        row.setPurgedAt(volume.purgedAt());
        return row;
    }

    private static Volume volume(VolumeRecord row, List<Volume.Snapshot> snapshots) {
        return new Volume(
                row.getVolumeId(),
                row.getAccountId(),
                row.getName(),
                row.getGeneration(),
                row.getSizeGib(),
                row.getOriginVolume() == null ? null : new VolumeId(row.getOriginVolume()),
                row.getOriginSnapshot() == null ? null : new SnapshotId(row.getOriginSnapshot()),
                snapshots,
                row.getRestores(),
                row.getRestoreFrom() == null ? null : new SnapshotId(row.getRestoreFrom()),
                row.getCreatedAt(),
                row.getUpdatedAt(),
                row.getDeletedAt(),
                row.getPurgeAt(),
                row.getPurgedAt());
    }

    @Override
    public boolean reap(DSLContext transaction, AccountId account, Instant now) {
        return !transaction.fetchExists(VOLUME, VOLUME.ACCOUNT_ID.eq(account), VOLUME.PURGED_AT.isNull());
    }
}
