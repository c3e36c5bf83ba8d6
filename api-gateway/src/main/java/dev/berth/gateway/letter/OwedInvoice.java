package dev.berth.gateway.letter;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An invoice, as far as the topics tell of what is owed on it. Amounts in minor units.
 *
 * @param dueMinor what is still to be paid
 * @param settledAt since when nothing is owed; null: it is owed
 */
record OwedInvoice(
        InvoiceId id,
        AccountId account,
        String number,
        String currency,
        long totalMinor,
        long dueMinor,
        Instant dueAt,
        @Nullable Instant settledAt) {}
