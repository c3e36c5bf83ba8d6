package dev.berth.metering.usage;

import static dev.berth.schema.db.metering.Tables.ACCOUNT;

import dev.berth.schema.account.AccountClosed;
import dev.berth.schema.account.AccountEvent;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.account.AccountRenamed;
import dev.berth.schema.account.PlanChanged;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Received;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jooq.DSLContext;

/** Takes {@code berth.account}: in which zone an account's days begin. */
public final class AccountListener implements Inbox.Handler {
    @Override
    public void apply(DSLContext tx, List<Received> events) {
        for (Received received : events) {
            switch ((AccountEvent) received.envelope().event()) {
                case AccountOpened opened ->
                    tx.insertInto(ACCOUNT)
                            .set(ACCOUNT.ACCOUNT_ID, opened.account())
                            .set(ACCOUNT.TIME_ZONE, ZoneId.of(opened.timeZone()).getId())
                            .set(ACCOUNT.OPENED_AT, opened.occurredAt())
                            .onConflict(ACCOUNT.ACCOUNT_ID)
                            .doNothing()
                            .execute();
                case AccountClosed closed ->
                    tx.update(ACCOUNT)
                            .set(ACCOUNT.CLOSED_AT, closed.occurredAt())
                            .where(ACCOUNT.ACCOUNT_ID.eq(closed.account()))
                            .execute();
                case AccountRenamed _, PlanChanged _ -> {}
            }
        }
    }

    /** The account's zone; UTC for an account that is not known yet. */
    static ZoneId zoneOf(DSLContext dsl, AccountId account) {
        return dsl.select(ACCOUNT.TIME_ZONE)
                .from(ACCOUNT)
                .where(ACCOUNT.ACCOUNT_ID.eq(account))
                .fetchOptional(ACCOUNT.TIME_ZONE)
                .<ZoneId>map(ZoneId::of)
                .orElse(ZoneOffset.UTC);
    }
}
