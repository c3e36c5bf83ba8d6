package dev.berth.billing.customer;

import org.jspecify.annotations.Nullable;

/**
 * What an invoice says of who buys, and what decides the tax. What is not given is null.
 *
 * @param legalName as on invoices; the account's name if there is none
 * @param address lines of text, without the country
 * @param country ISO 3166-1, two capital letters
 * @param vatId with its country's letters, without blanks; checked when it was taken
 * @param exempt whether the operator has seen a proof that no tax is due
 */
public record TaxDetails(
        @Nullable String legalName,
        @Nullable String address,
        @Nullable String country,
        @Nullable String vatId,
        boolean exempt) {
    /** Nothing is known. */
    public static final TaxDetails NONE = new TaxDetails(null, null, null, null, false);
}
