package dev.berth.provisioner.volume;

import static dev.berth.schema.db.provisioner.Tables.CONTAINER;
import static dev.berth.schema.db.provisioner.Tables.VOLUME;
import static dev.berth.schema.db.provisioner.Tables.VOLUME_MOUNT;
import static org.jooq.impl.DSL.excluded;

import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.schema.Cause;
import dev.berth.schema.container.SnapshotTaken;
import dev.berth.schema.container.VolumeKept;
import dev.berth.schema.db.provisioner.tables.records.VolumeRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.volume.VolumeDesired;
import dev.berth.schema.volume.VolumeRemoved;
import dev.berth.schema.wire.Json;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Volumes and who mounts them. Works inside the caller's transaction. Thread-safe. */
@Repository
public class VolumeRepository {
    private static final List<String> OVER = Arrays.stream(ContainerState.values())
            .filter(ContainerState::over)
            .map(ContainerState::text)
            .toList();

    /** As the partial index has it, word by word, so that the database sees that it serves; its values are no parameters therefore. */
    private static final Condition UNSETTLED =
            DSL.condition("""
            ({0} in ('wished', 'destroying')
              or ({0} = 'ready' and ({1} is null or {2} < {3} or {4} is not null))
              or ({0} = 'lost' and {1} is null))""", VOLUME.STATE, VOLUME.WISH, VOLUME.MADE_GENERATION, VOLUME.GENERATION, VOLUME.CODE);

    /** Stores a wish unless a greater or equal generation is known; answers whether it was news. */
    public boolean put(DSLContext transaction, VolumeDesired wish, Cause cause, Instant now) {
        return put(transaction, wish.volume(), wish.account(), wish.generation(), json(wish), cause, now);
    }

    /** The same of a wish that it be destroyed. */
    public boolean put(DSLContext transaction, VolumeRemoved gone, Cause cause, Instant now) {
        return put(transaction, gone.volume(), gone.account(), gone.generation(), null, cause, now);
    }

    private static boolean put(
            DSLContext transaction,
            VolumeId volume,
            AccountId account,
            long generation,
            @Nullable JSONB wish,
            Cause cause,
            Instant now) {
        return transaction
                        .insertInto(VOLUME)
                        .set(VOLUME.VOLUME_ID, volume)
                        .set(VOLUME.ACCOUNT_ID, account)
                        .set(VOLUME.GENERATION, generation)
                        .set(VOLUME.WISH, wish)
                        .set(VOLUME.CAUSE, json(cause))
                        .set(VOLUME.STATE, VolumeState.WISHED.text())
                        .set(VOLUME.CHANGED_AT, now)
                        .onConflict(VOLUME.VOLUME_ID)
                        .doUpdate()
                        .set(VOLUME.GENERATION, excluded(VOLUME.GENERATION))
                        .set(VOLUME.WISH, excluded(VOLUME.WISH))
                        .set(VOLUME.CAUSE, excluded(VOLUME.CAUSE))
                        .set(VOLUME.CHANGED_AT, excluded(VOLUME.CHANGED_AT))
                        .set(VOLUME.FAILURES, 0)
                        .setNull(VOLUME.RETRY_AT)
                        .where(VOLUME.GENERATION.lt(excluded(VOLUME.GENERATION)))
                        .execute()
                > 0;
    }

    /** A volume. */
    public Optional<Volume> find(DSLContext dsl, VolumeId volume) {
        return dsl.selectFrom(VOLUME).where(VOLUME.VOLUME_ID.eq(volume)).fetchOptional(VolumeRepository::read);
    }

    /** A volume, locked until the transaction ends. */
    public Optional<Volume> lock(DSLContext transaction, VolumeId volume) {
        return transaction
                .selectFrom(VOLUME)
                .where(VOLUME.VOLUME_ID.eq(volume))
                .forUpdate()
                .fetchOptional(VolumeRepository::read);
    }

    /**
     * Those of a host, and of none yet, that may have a step to be taken by now: all but those that are as they are wished. It reads an index
     * that has no others.
     */
    public List<VolumeId> unsettled(DSLContext dsl, String host, Instant now) {
        return dsl.select(VOLUME.VOLUME_ID)
                .from(VOLUME)
                .where(UNSETTLED)
                .and(VOLUME.HOST.isNull().or(VOLUME.HOST.eq(host)))
                .and(VOLUME.RETRY_AT.isNull().or(VOLUME.RETRY_AT.le(now)))
                .orderBy(VOLUME.VOLUME_ID)
                .fetch(VOLUME.VOLUME_ID);
    }

    /** Those whose use counts on a host, with when it began. */
    public List<VolumeKept> kept(DSLContext dsl, String host) {
        return dsl.select(VOLUME.VOLUME_ID, VOLUME.CREATED_AT)
                .from(VOLUME)
                .where(isKept(host))
                .orderBy(VOLUME.VOLUME_ID)
                .fetch(row -> new VolumeKept(row.value1(), row.value2()));
    }

    /** What is promised on a host, in GiB. */
    public long promisedGib(DSLContext dsl, String host) {
        return dsl.select(DSL.coalesce(DSL.sum(VOLUME.SIZE_GIB.plus(VOLUME.SNAPSHOT_GIB)), DSL.inline(0)))
                .from(VOLUME)
                .where(isKept(host))
                .fetchSingle(row -> row.value1().longValue());
    }

    private static Condition isKept(String host) {
        return VOLUME.HOST.eq(host).and(VOLUME.STATE.eq(DSL.inline("ready")));
    }

    /** Those that a host has or had, locked until the transaction ends, but for what is wholly gone. */
    public List<Volume> lockAllOf(DSLContext transaction, String host) {
        return transaction
                .selectFrom(VOLUME)
                .where(VOLUME.HOST.eq(host), VOLUME.STATE.ne(VolumeState.DESTROYED.text()))
                .orderBy(VOLUME.VOLUME_ID)
                .forUpdate()
                .fetch(VolumeRepository::read);
    }

    /** Has those that failed for a reason tried again at once, since it may be so no longer; answers how many. */
    public int retry(DSLContext transaction, String code) {
        return transaction
                .update(VOLUME)
                .set(VOLUME.FAILURES, 0)
                .setNull(VOLUME.RETRY_AT)
                .where(UNSETTLED, VOLUME.CODE.eq(code), VOLUME.RETRY_AT.isNotNull())
                .execute();
    }

    /** Writes what is there of a volume; its wish stays. */
    public void update(DSLContext transaction, Volume volume, Instant now) {
        transaction
                .update(VOLUME)
                .set(VOLUME.STATE, volume.state().text())
                .set(VOLUME.HOST, volume.host())
                .set(VOLUME.DRIVER, volume.driver())
                .set(VOLUME.MADE_GENERATION, volume.madeGeneration())
                .set(VOLUME.SIZE_GIB, volume.sizeGib())
                .set(VOLUME.SNAPSHOTS, json(volume.snapshots()))
                .set(VOLUME.SNAPSHOT_GIB, volume.snapshotGib())
                .set(VOLUME.RESTORES, volume.restores())
                .set(VOLUME.SEQUENCE, volume.sequence())
                .set(VOLUME.CODE, volume.code())
                .set(VOLUME.MESSAGE, volume.message())
                .set(VOLUME.FAILURES, volume.failures())
                .set(VOLUME.RETRY_AT, volume.retryAt())
                .set(VOLUME.CREATED_AT, volume.createdAt())
                .set(VOLUME.TOLD_AT, volume.toldAt())
                .set(VOLUME.CHANGED_AT, now)
                .where(VOLUME.VOLUME_ID.eq(volume.id()))
                .execute();
    }

    /** Whether a container that is not over has a volume in its file system. */
    public boolean isMounted(DSLContext dsl, VolumeId volume) {
        return dsl.fetchExists(VOLUME_MOUNT, VOLUME_MOUNT.VOLUME_ID.eq(volume), DSL.not(holderIsOver()));
    }

    /**
     * Gives a volume, whose row is locked, to a container that may write to it, or answers nothing while another one that may is not over.
     * A container that has it already keeps its fence.
     */
    public Optional<Long> lease(DSLContext transaction, VolumeId volume, ContainerId container) {
        forgetOver(transaction, volume);
        Optional<Long> mine = transaction
                .select(VOLUME_MOUNT.FENCE)
                .from(VOLUME_MOUNT)
                .where(VOLUME_MOUNT.VOLUME_ID.eq(volume), VOLUME_MOUNT.CONTAINER_ID.eq(container))
                .fetchOptional(VOLUME_MOUNT.FENCE);
        if (mine.isPresent()) {
            return mine;
        }
        if (transaction.fetchExists(VOLUME_MOUNT, VOLUME_MOUNT.VOLUME_ID.eq(volume), VOLUME_MOUNT.FENCE.isNotNull())) {
            return Optional.empty();
        }
        long fence = transaction
                .update(VOLUME)
                .set(VOLUME.FENCE, VOLUME.FENCE.plus(1))
                .where(VOLUME.VOLUME_ID.eq(volume))
                .returning(VOLUME.FENCE)
                .fetchSingle()
                .getFence();
        mount(transaction, volume, container, fence);
        return Optional.of(fence);
    }

    /** Gives a volume, whose row is locked, to a container that only reads. */
    public void share(DSLContext transaction, VolumeId volume, ContainerId container) {
        forgetOver(transaction, volume);
        mount(transaction, volume, container, null);
    }

    private static void mount(DSLContext transaction, VolumeId volume, ContainerId container, @Nullable Long fence) {
        transaction
                .insertInto(VOLUME_MOUNT)
                .set(VOLUME_MOUNT.VOLUME_ID, volume)
                .set(VOLUME_MOUNT.CONTAINER_ID, container)
                .set(VOLUME_MOUNT.FENCE, fence)
                .onConflictDoNothing()
                .execute();
    }

    /** Forgets what a container had that is over. */
    public void release(DSLContext transaction, ContainerId container) {
        transaction
                .deleteFrom(VOLUME_MOUNT)
                .where(VOLUME_MOUNT.CONTAINER_ID.eq(container))
                .execute();
    }

    /** Whether a container that is over still stands as one that has a volume. */
    public boolean anyOver(DSLContext dsl) {
        return dsl.fetchExists(VOLUME_MOUNT, holderIsOver());
    }

    /** Forgets of all containers that are over what they had. */
    public void forgetOver(DSLContext transaction) {
        transaction.deleteFrom(VOLUME_MOUNT).where(holderIsOver()).execute();
    }

    private static void forgetOver(DSLContext transaction, VolumeId volume) {
        transaction
                .deleteFrom(VOLUME_MOUNT)
                .where(VOLUME_MOUNT.VOLUME_ID.eq(volume), holderIsOver())
                .execute();
    }

    /** A container without a row was forgotten long after it was over. */
    private static Condition holderIsOver() {
        return DSL.notExists(DSL.selectOne()
                .from(CONTAINER)
                .where(CONTAINER.CONTAINER_ID.eq(VOLUME_MOUNT.CONTAINER_ID), CONTAINER.STATE.notIn(OVER)));
    }

    private static JSONB json(Object value) {
        return JSONB.valueOf(Json.mapper().writeValueAsString(value));
    }

    private static Volume read(VolumeRecord row) {
        return new Volume(
                row.getVolumeId(),
                row.getAccountId(),
                row.getGeneration(),
                row.getWish() == null
                        ? null
                        : Json.mapper().readValue(row.getWish().data(), VolumeDesired.class),
                Json.mapper().readValue(row.getCause().data(), Cause.class),
                VolumeState.of(row.getState()),
                row.getHost(),
                row.getDriver(),
                row.getMadeGeneration(),
                row.getSizeGib(),
                Json.mapper().readValue(row.getSnapshots().data(), new TypeReference<List<SnapshotTaken>>() {}),
                row.getRestores(),
                row.getSequence(),
                row.getCode(),
                row.getMessage(),
                row.getFailures(),
                row.getRetryAt(),
                row.getCreatedAt(),
                row.getToldAt());
    }
}
