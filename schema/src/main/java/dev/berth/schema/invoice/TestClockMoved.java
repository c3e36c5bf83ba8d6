package dev.berth.schema.invoice;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The test clock of an account stands at a time now, and all that was due by then is told: it comes behind those events, on the topic
 * of invoices, so that who reads both knows what time it is for the account. {@code now} lies in the past of everybody else.
 */
public record TestClockMoved(AccountId account, Instant now) implements InvoiceEvent {
    @Override
    public String key() {
        return account.toString();
    }

    @Override
    public @Nullable InvoiceId invoice() {
        return null;
    }

    @Override
    public Instant occurredAt() {
        return now;
    }
}
