package dev.berth.gateway.stack;

import static dev.berth.schema.db.gateway.Tables.STACK;
import static dev.berth.schema.db.gateway.Tables.STACK_MEMBER;

import dev.berth.gateway.account.Reaping;
import dev.berth.gateway.edge.Paging;
import dev.berth.schema.db.gateway.tables.records.StackRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.StackId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** Stacks and their workloads. */
@Repository
class StackRepository implements Reaping {
    void insert(DSLContext dsl, Stack stack) {
        dsl.insertInto(STACK)
                .set(STACK.STACK_ID, stack.id())
                .set(STACK.ACCOUNT_ID, stack.account())
                .set(STACK.NAME, stack.name())
                .set(STACK.GENERATION, stack.generation())
                .set(STACK.CREATED_AT, stack.createdAt())
                .set(STACK.UPDATED_AT, stack.updatedAt())
                .execute();
        members(dsl, stack);
    }

    void update(DSLContext dsl, Stack stack) {
        dsl.update(STACK)
                .set(STACK.GENERATION, stack.generation())
                .set(STACK.UPDATED_AT, stack.updatedAt())
                .where(STACK.STACK_ID.eq(stack.id()))
                .execute();
        dsl.deleteFrom(STACK_MEMBER).where(STACK_MEMBER.STACK_ID.eq(stack.id())).execute();
        members(dsl, stack);
    }

    void remove(DSLContext dsl, StackId stack, Instant at) {
        dsl.update(STACK)
                .set(STACK.REMOVED_AT, at)
                .set(STACK.UPDATED_AT, at)
                .set(STACK.GENERATION, STACK.GENERATION.plus(1))
                .where(STACK.STACK_ID.eq(stack))
                .execute();
    }

    /** One that is not removed. */
    Optional<Stack> find(DSLContext dsl, AccountId account, StackId stack) {
        return read(dsl, owned(account).and(STACK.STACK_ID.eq(stack)), 1, false).stream()
                .findFirst();
    }

    /** The same, locked to the end of the transaction. */
    Optional<Stack> lock(DSLContext dsl, AccountId account, StackId stack) {
        return read(dsl, owned(account).and(STACK.STACK_ID.eq(stack)), 1, true).stream()
                .findFirst();
    }

    /** Newest first. */
    List<Stack> list(DSLContext dsl, AccountId account, @Nullable StackId before, Paging paging) {
        Condition rest = before == null ? DSL.noCondition() : STACK.STACK_ID.lt(before);
        return read(dsl, owned(account).and(rest), paging.limit() + 1, false);
    }

    int count(DSLContext dsl, AccountId account) {
        return dsl.fetchCount(STACK, owned(account));
    }

    boolean nameTaken(DSLContext dsl, AccountId account, String name) {
        return dsl.fetchExists(STACK, owned(account).and(STACK.NAME.eq(name)));
    }

    private static Condition owned(AccountId account) {
        return STACK.ACCOUNT_ID.eq(account).and(STACK.REMOVED_AT.isNull());
    }

    private static List<Stack> read(DSLContext dsl, Condition which, int most, boolean locked) {
        var query = dsl.selectFrom(STACK)
                .where(which)
                .orderBy(STACK.STACK_ID.desc())
                .limit(most);
        List<StackRecord> rows = locked ? query.forUpdate().fetch() : query.fetch();
        Map<StackId, List<WorkloadId>> members = dsl.select(STACK_MEMBER.STACK_ID, STACK_MEMBER.WORKLOAD_ID)
                .from(STACK_MEMBER)
                .where(STACK_MEMBER.STACK_ID.in(
                        rows.stream().map(StackRecord::getStackId).toList()))
                .orderBy(STACK_MEMBER.STACK_ID, STACK_MEMBER.WORKLOAD_ID)
                .fetchGroups(STACK_MEMBER.STACK_ID, STACK_MEMBER.WORKLOAD_ID);
        return rows.stream()
                .map(row -> new Stack(
                        row.getStackId(),
                        row.getAccountId(),
                        row.getName(),
                        row.getGeneration(),
                        row.getCreatedAt(),
                        row.getUpdatedAt(),
                        members.getOrDefault(row.getStackId(), List.of())))
                .toList();
    }

    private static void members(DSLContext dsl, Stack stack) {
        stack.members()
                .forEach(workload -> dsl.insertInto(STACK_MEMBER)
                        .set(STACK_MEMBER.STACK_ID, stack.id())
                        .set(STACK_MEMBER.WORKLOAD_ID, workload)
                        .execute());
    }

    @Override
    public boolean reap(DSLContext transaction, AccountId account, Instant now) {
        transaction
                .deleteFrom(STACK_MEMBER)
                .where(STACK_MEMBER.STACK_ID.in(
                        DSL.select(STACK.STACK_ID).from(STACK).where(STACK.ACCOUNT_ID.eq(account))))
                .execute();
        transaction.deleteFrom(STACK).where(STACK.ACCOUNT_ID.eq(account)).execute();
        return true;
    }
}
