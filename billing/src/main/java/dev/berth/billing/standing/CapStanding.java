package dev.berth.billing.standing;

import static dev.berth.schema.db.billing.Tables.ACCOUNT_STANDING;

import dev.berth.billing.cap.Standings;
import dev.berth.schema.Event;
import dev.berth.schema.db.billing.tables.records.AccountStandingRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.standing.Standing;
import dev.berth.schema.standing.StandingChanged;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/** That a cap of an account is reached, beside how it stands with its bills: both are told as one. Thread-safe. */
@Component
public final class CapStanding implements Standings {
    private final InstantSource clock;

    public CapStanding(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Optional<Event> capReached(DSLContext transaction, AccountId account, boolean reached) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        transaction
                .insertInto(ACCOUNT_STANDING)
                .set(ACCOUNT_STANDING.ACCOUNT_ID, account)
                .set(ACCOUNT_STANDING.STANDING, Standing.GOOD.text())
                .set(ACCOUNT_STANDING.REASON, "nothing_overdue")
                .set(ACCOUNT_STANDING.SINCE, now)
                .set(ACCOUNT_STANDING.DUNNED_AT, now)
                .onConflictDoNothing()
                .execute();
        AccountStandingRecord row = transaction
                .selectFrom(ACCOUNT_STANDING)
                .where(ACCOUNT_STANDING.ACCOUNT_ID.eq(account))
                .forUpdate()
                .fetchSingle();
        if (row.getCapReached() == reached) {
            return Optional.empty();
        }
        row.setCapReached(reached);
        transaction.executeUpdate(row);
        return Optional.of(new StandingChanged(
                account,
                Standing.of(row.getStanding()),
                reached,
                reached ? "spend_cap_reached" : "spend_cap_released",
                now));
    }
}
