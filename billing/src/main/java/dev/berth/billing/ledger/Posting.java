package dev.berth.billing.ledger;

import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentId;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that is to be posted.
 *
 * @param key what makes it unique for ever, such as {@code invoice:inv_…:finalized}
 * @param kind what happened
 * @param invoice the invoice it is about, null for none
 * @param entries amounts in minor units, debits positive; they sum to zero, and zeros are left out
 */
public record Posting(
        String key,
        String kind,
        AccountId account,
        @Nullable InvoiceId invoice,
        @Nullable PaymentId payment,
        String currency,
        Map<LedgerAccount, Long> entries,
        Instant occurredAt,
        Cause cause) {
    public Posting {
        EnumMap<LedgerAccount, Long> kept = new EnumMap<>(LedgerAccount.class);
        entries.forEach((ledgerAccount, amount) -> {
            if (amount != 0) {
                kept.put(ledgerAccount, amount);
            }
        });
        long sum = kept.values().stream().mapToLong(Long::longValue).reduce(0, Math::addExact);
        if (sum != 0) {
            throw new IllegalArgumentException("%s is out of balance by %d".formatted(key, sum));
        }
        entries = java.util.Collections.unmodifiableMap(kept);
    }
}
