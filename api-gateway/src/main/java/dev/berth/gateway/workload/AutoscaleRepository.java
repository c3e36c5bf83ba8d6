package dev.berth.gateway.workload;

import static dev.berth.schema.db.gateway.Tables.AUTOSCALE;
import static dev.berth.schema.db.gateway.Tables.AUTOSCALE_CHANGE;
import static dev.berth.schema.db.gateway.Tables.AUTOSCALE_TURN;

import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** What autoscaling saw, whose turn it is, and what it changed. Each method works in whatever transaction the context is in. */
@Repository
class AutoscaleRepository {
    private static final TypeReference<List<ScaleState.Sample>> SAMPLES = new TypeReference<>() {};
    private static final TypeReference<List<ScaleState.Mark>> MARKS = new TypeReference<>() {};

    /** Takes the next turn, if it is due: its number, which is greater than those of all turns before. */
    Optional<Long> takeTurn(DSLContext dsl, Instant now, Duration interval) {
        var t = AUTOSCALE_TURN;
        return dsl.insertInto(t)
                .set(t.NUMBER, 1L)
                .set(t.NEXT_AT, now.plus(interval))
                .onConflict(t.ONE)
                .doUpdate()
                .set(t.NUMBER, t.NUMBER.plus(1))
                .set(t.NEXT_AT, now.plus(interval))
                .where(t.NEXT_AT.le(now))
                .returningResult(t.NUMBER)
                .fetchOptional()
                .map(row -> row.value1());
    }

    /** Whether it is still the turn of a number; until the transaction ends, no other begins. */
    boolean hasTurn(DSLContext dsl, long number) {
        return dsl.select(AUTOSCALE_TURN.NUMBER)
                .from(AUTOSCALE_TURN)
                .where(AUTOSCALE_TURN.NUMBER.eq(number))
                .forShare()
                .fetchOptional()
                .isPresent();
    }

    ScaleState find(DSLContext dsl, WorkloadId workload) {
        return dsl.select(AUTOSCALE.SAMPLES, AUTOSCALE.HISTORY)
                .from(AUTOSCALE)
                .where(AUTOSCALE.WORKLOAD_ID.eq(workload))
                .fetchOptional(row -> new ScaleState(
                        Json.mapper().readValue(row.value1().data(), SAMPLES),
                        Json.mapper().readValue(row.value2().data(), MARKS)))
                .orElse(ScaleState.NONE);
    }

    void save(DSLContext dsl, WorkloadId workload, ScaleState state, WorkloadView.Recommendation said) {
        JSONB samples = JSONB.valueOf(Json.mapper().writeValueAsString(state.samples()));
        JSONB history = JSONB.valueOf(Json.mapper().writeValueAsString(state.history()));
        dsl.insertInto(AUTOSCALE)
                .set(AUTOSCALE.WORKLOAD_ID, workload)
                .set(AUTOSCALE.SAMPLES, samples)
                .set(AUTOSCALE.HISTORY, history)
                .set(AUTOSCALE.REPLICAS, said.replicas())
                .set(AUTOSCALE.MESSAGE, said.message())
                .set(AUTOSCALE.LOOKED_AT, said.at())
                .onConflict(AUTOSCALE.WORKLOAD_ID)
                .doUpdate()
                .set(AUTOSCALE.SAMPLES, samples)
                .set(AUTOSCALE.HISTORY, history)
                .set(AUTOSCALE.REPLICAS, said.replicas())
                .set(AUTOSCALE.MESSAGE, said.message())
                .set(AUTOSCALE.LOOKED_AT, said.at())
                .execute();
    }

    /** Writes down that it was looked at, whatever came of it. */
    void looked(DSLContext dsl, WorkloadId workload, Instant at) {
        dsl.update(AUTOSCALE)
                .set(AUTOSCALE.LOOKED_AT, at)
                .where(AUTOSCALE.WORKLOAD_ID.eq(workload))
                .execute();
    }

    /** What was recommended last of these. */
    Map<WorkloadId, WorkloadView.Recommendation> of(DSLContext dsl, Collection<WorkloadId> workloads) {
        return workloads.isEmpty()
                ? Map.of()
                : dsl.select(AUTOSCALE.WORKLOAD_ID, AUTOSCALE.REPLICAS, AUTOSCALE.MESSAGE, AUTOSCALE.LOOKED_AT)
                        .from(AUTOSCALE)
                        .where(AUTOSCALE.WORKLOAD_ID.in(workloads))
                        .fetchMap(
                                AUTOSCALE.WORKLOAD_ID,
                                row -> new WorkloadView.Recommendation(row.value2(), row.value3(), row.value4()));
    }

    /** Writes why replicas are changed. */
    void changed(DSLContext dsl, String operation, WorkloadId workload, int from, int to, String reason, Instant at) {
        dsl.insertInto(AUTOSCALE_CHANGE)
                .set(AUTOSCALE_CHANGE.OPERATION, operation)
                .set(AUTOSCALE_CHANGE.WORKLOAD_ID, workload)
                .set(AUTOSCALE_CHANGE.FROM_REPLICAS, from)
                .set(AUTOSCALE_CHANGE.TO_REPLICAS, to)
                .set(AUTOSCALE_CHANGE.REASON, reason)
                .set(AUTOSCALE_CHANGE.CHANGED_AT, at)
                .execute();
    }

    /** Why, by the operation, where it was a change of autoscaling. */
    Map<String, String> reasons(DSLContext dsl, Collection<String> operations) {
        return operations.isEmpty()
                ? Map.of()
                : dsl.select(AUTOSCALE_CHANGE.OPERATION, AUTOSCALE_CHANGE.REASON)
                        .from(AUTOSCALE_CHANGE)
                        .where(AUTOSCALE_CHANGE.OPERATION.in(operations))
                        .fetchMap(AUTOSCALE_CHANGE.OPERATION, AUTOSCALE_CHANGE.REASON);
    }

    /** Forgets changes from before an instant; those that are kept in the feed keep their reason there. */
    void forget(DSLContext dsl, Instant before) {
        dsl.deleteFrom(AUTOSCALE_CHANGE)
                .where(AUTOSCALE_CHANGE.CHANGED_AT.lt(before))
                .execute();
    }
}
