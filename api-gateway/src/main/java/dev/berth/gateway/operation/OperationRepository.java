package dev.berth.gateway.operation;

import static dev.berth.schema.db.gateway.Tables.OPERATION;
import static dev.berth.schema.db.gateway.Tables.OPERATION_STEP;
import static org.jooq.impl.DSL.falseCondition;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import dev.berth.gateway.edge.Paging;
import dev.berth.schema.Cause;
import dev.berth.schema.db.gateway.tables.records.OperationRecord;
import dev.berth.schema.db.gateway.tables.records.OperationStepRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.OperationId;
import dev.berth.schema.wire.Json;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Operations and their steps. Each method works in whatever transaction the context is in. Thread-safe. */
@Repository
class OperationRepository {
    /** Which operations of an account to list: of these kinds of things, and what is asked for. */
    record Filter(
            Collection<String> kinds,
            @Nullable OperationState state,
            @Nullable String subject) {}

    /** Writes a step, and its operation unless another step has; a second change of the same thing by one operation takes the first's place. */
    void insert(DSLContext dsl, AccountId account, Cause cause, @Nullable String address, OperationStep step) {
        var o = OPERATION;
        dsl.insertInto(o)
                .set(o.OPERATION_ID, step.operation())
                .set(o.ACCOUNT_ID, account)
                .set(o.ACTOR, cause.actor())
                .set(o.ADDRESS, address)
                .set(o.VERB, step.verb())
                .set(o.SUBJECT, step.subject())
                .set(o.STATE, OperationState.RUNNING.text())
                .set(o.ACCEPTED_AT, cause.at())
                .set(o.DEADLINE_AT, step.deadlineAt())
                .onConflict(o.OPERATION_ID)
                .doUpdate()
                .set(o.DEADLINE_AT, greatest(o.DEADLINE_AT, val(step.deadlineAt())))
                .execute();
        var s = OPERATION_STEP;
        dsl.insertInto(s)
                .set(s.OPERATION_ID, step.operation())
                .set(s.SUBJECT, step.subject())
                .set(s.VERB, step.verb())
                .set(s.GENERATION, step.generation())
                .set(s.UNDO, JSONB.valueOf(Json.mapper().writeValueAsString(step.undo())))
                .set(s.STATE, step.state().text())
                .set(s.DEADLINE_AT, step.deadlineAt())
                .onConflict(s.OPERATION_ID, s.SUBJECT)
                .doUpdate()
                .set(s.GENERATION, step.generation())
                .set(s.DEADLINE_AT, step.deadlineAt())
                .execute();
    }

    /** The steps that go on of a thing, but for those of one operation. */
    List<OperationStep> runningOf(DSLContext dsl, String subject, OperationId but) {
        return dsl.selectFrom(OPERATION_STEP)
                .where(
                        OPERATION_STEP.SUBJECT.eq(subject),
                        OPERATION_STEP.STATE.eq(OperationState.RUNNING.text()),
                        OPERATION_STEP.OPERATION_ID.ne(but))
                .orderBy(OPERATION_STEP.OPERATION_ID)
                .fetch(OperationRepository::step);
    }

    /** Lets a step that goes on be through with a later generation of its wish. */
    void carry(DSLContext dsl, OperationStep step, long generation) {
        dsl.update(OPERATION_STEP)
                .set(OPERATION_STEP.GENERATION, generation)
                .where(
                        OPERATION_STEP.OPERATION_ID.eq(step.operation()),
                        OPERATION_STEP.SUBJECT.eq(step.subject()),
                        OPERATION_STEP.STATE.eq(OperationState.RUNNING.text()))
                .execute();
    }

    /** Steps that go on, the nearest deadline first. */
    List<OperationStep> running(DSLContext dsl, int limit) {
        return dsl.selectFrom(OPERATION_STEP)
                .where(OPERATION_STEP.STATE.eq(OperationState.RUNNING.text()))
                .orderBy(OPERATION_STEP.DEADLINE_AT)
                .limit(limit)
                .fetch(OperationRepository::step);
    }

    /**
     * Ends a step, under the lock of its operation, and the operation with its last one; nothing if {@link OperationTransition} has no way
     * from the state that it is in by now.
     */
    void end(DSLContext dsl, OperationStep step, Verdict verdict, Instant at) {
        var o = OPERATION;
        var s = OPERATION_STEP;
        dsl.select(o.OPERATION_ID)
                .from(o)
                .where(o.OPERATION_ID.eq(step.operation()))
                .forUpdate()
                .execute();
        boolean ended = dsl.update(s)
                        .set(s.STATE, verdict.state().text())
                        .set(s.MESSAGE, verdict.message())
                        .set(s.ENDED_AT, at)
                        .where(
                                s.OPERATION_ID.eq(step.operation()),
                                s.SUBJECT.eq(step.subject()),
                                s.GENERATION.eq(step.generation()),
                                s.STATE.in(OperationTransition.before(verdict.state()).stream()
                                        .map(OperationState::text)
                                        .toList()))
                        .execute()
                > 0;
        if (ended) {
            OperationStep telling = steps(dsl, step.operation()).stream()
                    .min(Comparator.comparing(OperationStep::state))
                    .orElseThrow();
            if (telling.state().isOver()) {
                dsl.update(o)
                        .set(o.STATE, telling.state().text())
                        .set(o.MESSAGE, telling.message())
                        .set(o.ENDED_AT, at)
                        .where(o.OPERATION_ID.eq(step.operation()))
                        .execute();
            }
        }
    }

    /** Says what a step that goes on waits for. */
    void say(DSLContext dsl, OperationStep step, @Nullable String message) {
        dsl.update(OPERATION_STEP)
                .set(OPERATION_STEP.MESSAGE, message)
                .where(
                        OPERATION_STEP.OPERATION_ID.eq(step.operation()),
                        OPERATION_STEP.SUBJECT.eq(step.subject()),
                        OPERATION_STEP.STATE.eq(OperationState.RUNNING.text()))
                .execute();
    }

    /** Says which operation another one does again; false if there is no such other one. */
    boolean repeats(DSLContext dsl, OperationId operation, OperationId of) {
        return dsl.update(OPERATION)
                        .set(OPERATION.RETRY_OF, of.uuid())
                        .where(OPERATION.OPERATION_ID.eq(operation))
                        .execute()
                > 0;
    }

    Optional<OperationView> find(DSLContext dsl, AccountId account, OperationId id) {
        return views(
                        dsl,
                        dsl.selectFrom(OPERATION)
                                .where(OPERATION.OPERATION_ID.eq(id), OPERATION.ACCOUNT_ID.eq(account))
                                .fetch())
                .stream()
                .findFirst();
    }

    /** The steps of an operation, by their subjects. */
    List<OperationStep> steps(DSLContext dsl, OperationId id) {
        return steps(dsl, List.of(id)).getOrDefault(id, List.of());
    }

    /** Newest first, one more than a page. */
    List<OperationView> list(
            DSLContext dsl, AccountId account, Filter filter, @Nullable OperationId before, Paging paging) {
        Condition asked = filter.state() == null
                ? noCondition()
                : OPERATION.STATE.eq(filter.state().text());
        if (filter.subject() != null) {
            asked = asked.and(OPERATION.OPERATION_ID.in(select(OPERATION_STEP.OPERATION_ID)
                    .from(OPERATION_STEP)
                    .where(OPERATION_STEP.SUBJECT.eq(filter.subject()))));
        }
        Condition kinds = filter.kinds().stream()
                .map(kind -> OPERATION.VERB.startsWith(kind + "."))
                .reduce(Condition::or)
                .orElse(falseCondition());
        return views(
                dsl,
                dsl.selectFrom(OPERATION)
                        .where(OPERATION.ACCOUNT_ID.eq(account))
                        .and(kinds)
                        .and(asked)
                        .and(before == null ? noCondition() : OPERATION.OPERATION_ID.lt(before))
                        .orderBy(OPERATION.OPERATION_ID.desc())
                        .limit(paging.limit() + 1)
                        .fetch());
    }

    /** Deletes up to {@code limit} that ended before an instant; how many they were. */
    int forget(DSLContext dsl, Instant endedBefore, int limit) {
        return dsl.deleteFrom(OPERATION)
                .where(OPERATION.OPERATION_ID.in(select(OPERATION.OPERATION_ID)
                        .from(OPERATION)
                        .where(OPERATION.ENDED_AT.lt(endedBefore))
                        .orderBy(OPERATION.ENDED_AT)
                        .limit(limit)
                        .forUpdate()
                        .skipLocked()))
                .execute();
    }

    private static List<OperationView> views(DSLContext dsl, List<OperationRecord> rows) {
        Map<OperationId, List<OperationStep>> steps =
                steps(dsl, rows.stream().map(OperationRecord::getOperationId).toList());
        return rows.stream()
                .map(row -> view(row, steps.getOrDefault(row.getOperationId(), List.of())))
                .toList();
    }

    private static Map<OperationId, List<OperationStep>> steps(DSLContext dsl, List<OperationId> operations) {
        return dsl
                .selectFrom(OPERATION_STEP)
                .where(OPERATION_STEP.OPERATION_ID.in(operations))
                .orderBy(OPERATION_STEP.SUBJECT)
                .fetch(OperationRepository::step)
                .stream()
                .collect(Collectors.groupingBy(OperationStep::operation));
    }

    private static OperationStep step(OperationStepRecord row) {
        return new OperationStep(
                row.getOperationId(),
                row.getSubject(),
                row.getVerb(),
                row.getGeneration(),
                Json.mapper().readValue(row.getUndo().data(), new TypeReference<Map<String, Object>>() {}),
                OperationState.stored(row.getState()),
                row.getMessage(),
                row.getDeadlineAt(),
                row.getEndedAt());
    }

    private static OperationView view(OperationRecord row, List<OperationStep> steps) {
        return new OperationView(
                row.getOperationId(),
                row.getVerb(),
                row.getSubject(),
                OperationState.stored(row.getState()),
                row.getMessage(),
                row.getActor(),
                row.getAddress(),
                row.getRetryOf() == null ? null : new OperationId(row.getRetryOf()),
                row.getAcceptedAt(),
                row.getDeadlineAt(),
                row.getEndedAt(),
                steps.stream()
                        .map(step -> new OperationView.Step(
                                step.subject(),
                                step.verb(),
                                step.generation(),
                                step.state(),
                                step.message(),
                                step.endedAt()))
                        .toList());
    }
}
