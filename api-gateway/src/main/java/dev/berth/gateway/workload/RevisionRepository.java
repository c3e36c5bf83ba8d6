package dev.berth.gateway.workload;

import static dev.berth.schema.db.gateway.Tables.WORKLOAD_REVISION;

import dev.berth.schema.Cause;
import dev.berth.schema.db.gateway.tables.records.WorkloadRevisionRecord;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Json;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.springframework.stereotype.Repository;

/** The revisions of workloads, the latest of them. Each method works in whatever transaction the context is in. */
@Repository
class RevisionRepository {
    /** How many of a workload are kept. */
    static final int KEPT = 100;

    /** Keeps what a wish is at its revision, unless that is known; forgets what is too old. */
    void keep(DSLContext dsl, Wish wish, Cause cause) {
        dsl.insertInto(WORKLOAD_REVISION)
                .set(WORKLOAD_REVISION.WORKLOAD_ID, wish.id())
                .set(WORKLOAD_REVISION.REVISION, wish.revision())
                .set(WORKLOAD_REVISION.SPEC, JSONB.valueOf(Json.mapper().writeValueAsString(wish.spec())))
                .set(WORKLOAD_REVISION.ACTOR, cause.actor())
                .set(WORKLOAD_REVISION.OPERATION, cause.operation())
                .set(WORKLOAD_REVISION.CREATED_AT, wish.updatedAt())
                .onConflictDoNothing()
                .execute();
        if (wish.lastRevision() > KEPT) {
            dsl.deleteFrom(WORKLOAD_REVISION)
                    .where(WORKLOAD_REVISION.WORKLOAD_ID.eq(wish.id()))
                    .and(WORKLOAD_REVISION.REVISION.le(wish.lastRevision() - KEPT))
                    .execute();
        }
    }

    Optional<Revision> find(DSLContext dsl, WorkloadId workload, long revision) {
        return dsl.selectFrom(WORKLOAD_REVISION)
                .where(WORKLOAD_REVISION.WORKLOAD_ID.eq(workload).and(WORKLOAD_REVISION.REVISION.eq(revision)))
                .fetchOptional(RevisionRepository::read);
    }

    /** The greatest below another. */
    Optional<Revision> before(DSLContext dsl, WorkloadId workload, long revision) {
        return dsl.selectFrom(WORKLOAD_REVISION)
                .where(WORKLOAD_REVISION.WORKLOAD_ID.eq(workload).and(WORKLOAD_REVISION.REVISION.lt(revision)))
                .orderBy(WORKLOAD_REVISION.REVISION.desc())
                .limit(1)
                .fetchOptional(RevisionRepository::read);
    }

    /** All that are kept, newest first. */
    List<Revision> list(DSLContext dsl, WorkloadId workload) {
        return dsl.selectFrom(WORKLOAD_REVISION)
                .where(WORKLOAD_REVISION.WORKLOAD_ID.eq(workload))
                .orderBy(WORKLOAD_REVISION.REVISION.desc())
                .fetch(RevisionRepository::read);
    }

    private static Revision read(WorkloadRevisionRecord row) {
        return new Revision(
                row.getRevision(),
                Json.mapper().readValue(row.getSpec().data(), Spec.class),
                row.getActor(),
                row.getOperation(),
                row.getCreatedAt());
    }
}
