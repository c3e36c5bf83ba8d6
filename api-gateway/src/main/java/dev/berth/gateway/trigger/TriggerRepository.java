package dev.berth.gateway.trigger;

import static dev.berth.schema.db.gateway.Tables.WORKLOAD_TRIGGER;

import dev.berth.gateway.account.Reaping;
import dev.berth.schema.db.gateway.tables.records.WorkloadTriggerRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.TriggerId;
import dev.berth.schema.id.WorkloadId;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.stereotype.Repository;

/** Triggers. Each method works in whatever transaction the context is in. */
@Repository
class TriggerRepository implements Reaping {
    void insert(DSLContext dsl, Trigger trigger, TriggerSecret secret) {
        WorkloadTriggerRecord row = new WorkloadTriggerRecord();
        row.setTriggerId(trigger.id());
        row.setAccountId(trigger.account());
        row.setWorkloadId(trigger.workload());
        row.setName(trigger.name());
        row.setAction(trigger.does().action().text());
        if (trigger.does() instanceof Trigger.Scale scale) {
            row.setReplicas(scale.replicas());
            row.setStep(scale.step());
            row.setMinReplicas(scale.min());
            row.setMaxReplicas(scale.max());
        }
        row.setLookup(secret.lookup());
        row.setSecretHash(secret.hash());
        row.setCreatedBy(trigger.createdBy());
        row.setCreatedAt(trigger.createdAt());
        row.setUses(trigger.uses());
        dsl.insertInto(WORKLOAD_TRIGGER).set(row).execute();
    }

    /** The trigger of a secret. */
    Optional<Trigger> find(DSLContext dsl, TriggerSecret secret) {
        return dsl.selectFrom(WORKLOAD_TRIGGER)
                .where(WORKLOAD_TRIGGER.LOOKUP.eq(secret.lookup()))
                .fetchOptional()
                .filter(row -> MessageDigest.isEqual(row.getSecretHash(), secret.hash()))
                .map(TriggerRepository::trigger);
    }

    /** Newest first. */
    List<Trigger> of(DSLContext dsl, AccountId account, WorkloadId workload) {
        return dsl.selectFrom(WORKLOAD_TRIGGER)
                .where(WORKLOAD_TRIGGER.ACCOUNT_ID.eq(account), WORKLOAD_TRIGGER.WORKLOAD_ID.eq(workload))
                .orderBy(WORKLOAD_TRIGGER.TRIGGER_ID.desc())
                .fetch(TriggerRepository::trigger);
    }

    /** Counts a call; whether the trigger is still there. */
    boolean used(DSLContext dsl, TriggerId trigger, Instant at) {
        return dsl.update(WORKLOAD_TRIGGER)
                        .set(WORKLOAD_TRIGGER.USES, WORKLOAD_TRIGGER.USES.plus(1))
                        .set(WORKLOAD_TRIGGER.LAST_USED_AT, at)
                        .where(WORKLOAD_TRIGGER.TRIGGER_ID.eq(trigger))
                        .execute()
                == 1;
    }

    boolean delete(DSLContext dsl, AccountId account, WorkloadId workload, TriggerId trigger) {
        return dsl.deleteFrom(WORKLOAD_TRIGGER)
                        .where(
                                WORKLOAD_TRIGGER.TRIGGER_ID.eq(trigger),
                                WORKLOAD_TRIGGER.ACCOUNT_ID.eq(account),
                                WORKLOAD_TRIGGER.WORKLOAD_ID.eq(workload))
                        .execute()
                == 1;
    }

    private static Trigger trigger(WorkloadTriggerRecord row) {
        boolean scales = row.getAction().equals(TriggerAction.SCALE.text());
        return new Trigger(
                row.getTriggerId(),
                row.getAccountId(),
                row.getWorkloadId(),
                row.getName(),
                scales
                        ? new Trigger.Scale(
                                row.getReplicas(), row.getStep(), row.getMinReplicas(), row.getMaxReplicas())
                        : new Trigger.Redeploy(),
                row.getCreatedBy(),
                row.getCreatedAt(),
                row.getLastUsedAt(),
                row.getUses());
    }

    @Override
    public boolean reap(DSLContext transaction, AccountId account, Instant now) {
        transaction
                .deleteFrom(WORKLOAD_TRIGGER)
                .where(WORKLOAD_TRIGGER.ACCOUNT_ID.eq(account))
                .execute();
        return true;
    }
}
