package dev.berth.gateway.standing;

import static dev.berth.schema.db.gateway.Tables.SPEND_CAP;

import dev.berth.schema.cap.CapKind;
import dev.berth.schema.cap.SpendCapChanged;
import dev.berth.schema.db.gateway.tables.records.SpendCapRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import java.util.List;
import org.jooq.DSLContext;
import org.springframework.stereotype.Repository;

/** How spend caps stand, as they were told. Each method works in whatever transaction the context is in. */
@Repository
class SpendCapRepository {
    /** Writes what was told, unless something later was. */
    void save(DSLContext dsl, SpendCapChanged told) {
        WorkloadId workload = told.workload();
        SpendCapRecord row = new SpendCapRecord();
        row.setAccountId(told.account());
        row.setKind(told.kind().text());
        row.setHolder(workload == null ? told.account().uuid() : workload.uuid());
        row.setWorkloadId(workload);
        row.setAmountMinor(told.amountMinor());
        row.setCurrency(told.currency());
        row.setAction(told.action().text());
        row.setUsedMinor(told.usedMinor());
        row.setReached(told.reached());
        row.setPeriodEnd(told.periodEnd());
        row.setChangedAt(told.occurredAt());
        dsl.insertInto(SPEND_CAP)
                .set(row)
                .onConflict(SPEND_CAP.ACCOUNT_ID, SPEND_CAP.KIND, SPEND_CAP.HOLDER)
                .doUpdate()
                .set(row)
                .where(SPEND_CAP.CHANGED_AT.le(told.occurredAt()))
                .execute();
    }

    /** The caps that an account has. */
    List<SpendCap> of(DSLContext dsl, AccountId account) {
        return dsl.selectFrom(SPEND_CAP)
                .where(SPEND_CAP.ACCOUNT_ID.eq(account), SPEND_CAP.AMOUNT_MINOR.isNotNull())
                .orderBy(SPEND_CAP.KIND, SPEND_CAP.HOLDER)
                .fetch(row -> new SpendCap(
                        CapKind.of(row.getKind()),
                        row.getWorkloadId(),
                        row.getAmountMinor(),
                        row.getCurrency(),
                        row.getUsedMinor(),
                        row.getReached()));
    }
}
