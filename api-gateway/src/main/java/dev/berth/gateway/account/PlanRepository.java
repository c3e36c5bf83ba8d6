package dev.berth.gateway.account;

import static dev.berth.schema.db.gateway.Tables.PLAN;

import dev.berth.schema.db.gateway.tables.records.PlanRecord;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.stereotype.Repository;

/** Plans. Each method works in whatever transaction the context is in. */
@Repository
class PlanRepository {
    /** In the order in which they were made. */
    List<Plan> all(DSLContext dsl) {
        return dsl.selectFrom(PLAN).orderBy(PLAN.SEQ).fetch(PlanRepository::read);
    }

    Optional<Plan> find(DSLContext dsl, String name) {
        return dsl.selectFrom(PLAN).where(PLAN.NAME.eq(name)).fetchOptional(PlanRepository::read);
    }

    /** Keeps some from changing until the transaction ends; others may do the same. */
    List<Plan> hold(DSLContext dsl, Collection<String> names) {
        return dsl.selectFrom(PLAN)
                .where(PLAN.NAME.in(names))
                .orderBy(PLAN.NAME)
                .forShare()
                .fetch(PlanRepository::read);
    }

    /** Locks one against all who hold it. */
    Optional<Plan> lock(DSLContext dsl, String name) {
        return dsl.selectFrom(PLAN).where(PLAN.NAME.eq(name)).forUpdate().fetchOptional(PlanRepository::read);
    }

    /** Adds one; false if the name is taken. */
    boolean insert(DSLContext dsl, Plan plan, Instant now) {
        return dsl.insertInto(PLAN)
                        .set(PLAN.CREATED_AT, now)
                        .set(row(plan, now))
                        .onConflictDoNothing()
                        .execute()
                == 1;
    }

    void update(DSLContext dsl, Plan plan, Instant now) {
        dsl.update(PLAN)
                .set(row(plan, now))
                .set(PLAN.GENERATION, PLAN.GENERATION.plus(1))
                .where(PLAN.NAME.eq(plan.name()))
                .execute();
    }

    private static PlanRecord row(Plan plan, Instant now) {
        Limits limits = plan.limits();
        PlanRecord row = new PlanRecord();
        row.setName(plan.name());
        row.setTitle(plan.title());
        row.setOpen(plan.open());
        row.setListed(plan.listed());
        row.setMaxContainers(limits.containers());
        row.setMaxCpuMillis(limits.cpuMillis());
        row.setMaxMemoryMib(limits.memoryMib());
        row.setMaxVolumes(limits.volumes());
        row.setMaxVolumeGib(limits.volumeGib());
        row.setUpdatedAt(now);
        return row;
    }

    private static Plan read(PlanRecord row) {
        return new Plan(
                row.getName(),
                row.getTitle(),
                row.getOpen(),
                row.getListed(),
                new Limits(
                        row.getMaxContainers(),
                        row.getMaxCpuMillis(),
                        row.getMaxMemoryMib(),
                        row.getMaxVolumes(),
                        row.getMaxVolumeGib()));
    }
}
