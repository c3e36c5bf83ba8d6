package dev.berth.billing.invoice;

import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.unit.Period;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of time that is billed as one: a calendar month of the account, or a part of one when it was closed early.
 *
 * @param monthStart the start of the month whose allowance it uses
 * @param notBefore its end and the grace; null while it is open
 * @param ingestionCutoff how many pieces of the partition its invoice knew; null before
 * @param lastError why the last attempt to finish it failed; null when none did
 * @param cause who closed it; null while it is open
 */
public record BillingPeriod(
        AccountId account,
        Period period,
        Instant monthStart,
        PeriodState state,
        @Nullable Instant notBefore,
        int partition,
        @Nullable Long ingestionCutoff,
        @Nullable InvoiceId invoice,
        @Nullable Instant finishedAt,
        @Nullable String lastError,
        @Nullable Cause cause) {}
