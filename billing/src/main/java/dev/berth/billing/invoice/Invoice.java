package dev.berth.billing.invoice;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What payment and standing need of an invoice. Amounts in minor units.
 *
 * @param number null only in a draft
 */
public record Invoice(
        InvoiceId id,
        AccountId account,
        @Nullable String number,
        InvoiceStatus status,
        String currency,
        long totalMinor,
        long amountDueMinor,
        @Nullable Instant dueAt) {}
