package dev.berth.billing.tax;

import dev.berth.schema.id.TaxRateId;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A rate of tax.
 *
 * @param country ISO 3166-1
 * @param group what it taxes: {@code standard}, or a group that components of price books name
 * @param label how invoices call the tax, such as {@code VAT}
 * @param rate zero or more and below one: 0.19 for 19 %
 * @param validFrom from when it is in force
 * @param validTo until when: the next one's beginning; null for no end that is known
 */
public record TaxRate(
        TaxRateId id,
        String country,
        String group,
        String label,
        BigDecimal rate,
        Instant validFrom,
        @Nullable Instant validTo) {}
