package dev.berth.billing.standing;

import dev.berth.billing.cap.Standings;
import dev.berth.billing.customer.Customer;
import dev.berth.schema.Event;
import dev.berth.schema.db.billing.tables.records.AccountStandingRecord;
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
    public Optional<Event> capReached(DSLContext transaction, Customer customer, boolean reached) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        AccountStandingRecord row = Dunning.lock(transaction, customer, now);
        if (row.getCapReached() == reached) {
            return Optional.empty();
        }
        row.setCapReached(reached);
        transaction.executeUpdate(row);
        return Optional.of(new StandingChanged(
                customer.account(),
                Standing.of(row.getStanding()),
                reached,
                reached ? "spend_cap_reached" : "spend_cap_released",
                now));
    }
}
