package dev.berth.provisioner.desired;

import static dev.berth.schema.db.provisioner.Tables.WISH;
import static org.jooq.impl.DSL.excluded;

import dev.berth.schema.Cause;
import dev.berth.schema.db.provisioner.tables.records.WishRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.NetworkUse;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Record2;
import org.jooq.impl.DSL;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** The table {@code wish}. Every method works inside the caller's transaction. Thread-safe. */
@Repository
public class WishRepository {
    private static final TypeReference<List<NetworkUse>> NETWORKS = new TypeReference<>() {};

    /** Stores a wish unless a greater or equal generation is known; answers whether it was news. */
    public boolean put(DSLContext transaction, Wish wish, Instant now) {
        JSONB body = wish instanceof Wish.Wanted wanted
                ? JSONB.valueOf(Json.mapper().writeValueAsString(wanted.spec()))
                : null;
        int grace = wish.graceSeconds();
        return transaction
                        .insertInto(WISH)
                        .set(WISH.WORKLOAD_ID, wish.workload())
                        .set(WISH.ACCOUNT_ID, wish.account())
                        .set(WISH.GENERATION, wish.generation())
                        .set(WISH.BODY, body)
                        .set(WISH.GRACE_SECONDS, grace)
                        .set(WISH.CAUSE, JSONB.valueOf(Json.mapper().writeValueAsString(wish.cause())))
                        .set(WISH.CHANGED_AT, now)
                        .onConflict(WISH.WORKLOAD_ID)
                        .doUpdate()
                        .set(WISH.GENERATION, excluded(WISH.GENERATION))
                        .set(WISH.BODY, excluded(WISH.BODY))
                        .set(WISH.GRACE_SECONDS, body == null ? WISH.GRACE_SECONDS : excluded(WISH.GRACE_SECONDS))
                        .set(WISH.CAUSE, excluded(WISH.CAUSE))
                        .set(WISH.CHANGED_AT, excluded(WISH.CHANGED_AT))
                        .setNull(WISH.GONE_AT)
                        .where(WISH.GENERATION.lt(excluded(WISH.GENERATION)))
                        .execute()
                > 0;
    }

    /** The wish of a workload, locked until the transaction ends. */
    public Optional<Wish> lock(DSLContext transaction, WorkloadId workload) {
        return transaction
                .selectFrom(WISH)
                .where(WISH.WORKLOAD_ID.eq(workload))
                .forUpdate()
                .fetchOptional(WishRepository::read);
    }

    /** The wish of a workload. */
    public Optional<Wish> find(DSLContext transaction, WorkloadId workload) {
        return transaction.selectFrom(WISH).where(WISH.WORKLOAD_ID.eq(workload)).fetchOptional(WishRepository::read);
    }

    /** The generations of all workloads that are not wholly gone; cheap, for finding out what changed. */
    public List<Record2<WorkloadId, Long>> standing(DSLContext transaction) {
        return transaction
                .select(WISH.WORKLOAD_ID, WISH.GENERATION)
                .from(WISH)
                .where(WISH.GONE_AT.isNull())
                .orderBy(WISH.WORKLOAD_ID)
                .fetch();
    }

    /** These wishes, in any order. */
    public List<Wish> findAll(DSLContext transaction, Collection<WorkloadId> workloads) {
        return transaction
                .selectFrom(WISH)
                .where(WISH.WORKLOAD_ID.in(workloads))
                .fetch(WishRepository::read);
    }

    /** The workloads of an account that are not wholly gone. */
    public List<WorkloadId> ofAccount(DSLContext transaction, AccountId account) {
        return transaction
                .select(WISH.WORKLOAD_ID)
                .from(WISH)
                .where(WISH.ACCOUNT_ID.eq(account), WISH.GONE_AT.isNull())
                .orderBy(WISH.WORKLOAD_ID)
                .fetch(WISH.WORKLOAD_ID);
    }

    /** The networks that the account's wishes name which were not withdrawn, its own one too. */
    public Set<NetworkUse> networks(DSLContext transaction, AccountId account) {
        return networks(transaction, WISH.ACCOUNT_ID.eq(account)).getOrDefault(account, Set.of());
    }

    /** The same of all accounts whose wishes name any; nothing else of the wishes is read. */
    public Map<AccountId, Set<NetworkUse>> networks(DSLContext transaction) {
        return networks(transaction, DSL.noCondition());
    }

    private static Map<AccountId, Set<NetworkUse>> networks(DSLContext transaction, Condition which) {
        Map<AccountId, Set<NetworkUse>> networks = new HashMap<>();
        transaction
                .select(WISH.ACCOUNT_ID, DSL.field("{0} -> 'networks'", JSONB.class, WISH.BODY))
                .from(WISH)
                .where(which, WISH.GONE_AT.isNull())
                .and(DSL.condition("jsonb_typeof({0} -> 'networks') = 'array'", WISH.BODY))
                .forEach(row -> networks.computeIfAbsent(row.value1(), _ -> new HashSet<>())
                        .addAll(Json.mapper().readValue(row.value2().data(), NETWORKS)));
        return networks;
    }

    /** The workload of an account that has a name and was not withdrawn. */
    public Optional<WorkloadId> named(DSLContext transaction, AccountId account, String name) {
        return transaction
                .select(WISH.WORKLOAD_ID)
                .from(WISH)
                .where(
                        WISH.ACCOUNT_ID.eq(account),
                        WISH.GONE_AT.isNull(),
                        DSL.jsonbGetAttributeAsText(WISH.BODY, "name").eq(name))
                .orderBy(WISH.WORKLOAD_ID.desc())
                .limit(1)
                .fetchOptional(WISH.WORKLOAD_ID);
    }

    /** Notes that nothing is left of a workload whose wish was withdrawn. */
    public void gone(DSLContext transaction, WorkloadId workload, Instant now) {
        transaction
                .update(WISH)
                .set(WISH.GONE_AT, now)
                .where(WISH.WORKLOAD_ID.eq(workload), WISH.GONE_AT.isNull())
                .execute();
    }

    private static Wish read(WishRecord row) {
        Cause cause = Json.mapper().readValue(row.getCause().data(), Cause.class);
        return row.getBody() == null
                ? new Wish.Withdrawn(
                        row.getWorkloadId(), row.getAccountId(), row.getGeneration(), row.getGraceSeconds(), cause)
                : new Wish.Wanted(Json.mapper().readValue(row.getBody().data(), WorkloadDesired.class), cause);
    }
}
