package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.schema.db.billing.tables.records.InvoiceRecord;
import dev.berth.schema.unit.Money;
import dev.berth.schema.wire.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * How an invoice's subtotal becomes what is due: copies, which later changes do not touch.
 *
 * @param discount what coupons took off; the subtotal is without it already
 * @param taxTreatment {@code taxed}, {@code reverse_charge}, {@code exempt} or {@code outside}
 * @param taxNote what the law wants said of it, empty for nothing
 * @param taxes for each group the base and the tax; they add up to the tax
 * @param credits what credit grants paid when it was made; what is due is less by it
 */
public record InvoiceBreakdown(Money discount, String taxTreatment, String taxNote, List<TaxRow> taxes, Money credits) {
    /** A group: {@code rate} is a decimal such as {@code 0.19}. */
    public record TaxRow(String taxGroup, String label, String rate, Money base, Money tax) {}

    /** Nothing was taken off, and nothing said. */
    static InvoiceBreakdown none(String currency) {
        return new InvoiceBreakdown(Money.zero(currency), "taxed", "", List.of(), Money.zero(currency));
    }

    static InvoiceBreakdown of(InvoiceRecord row) {
        String currency = row.getCurrency();
        return new InvoiceBreakdown(
                new Money(row.getDiscountMinor(), currency),
                row.getTaxTreatment(),
                row.getTaxNote(),
                taxes(row.getTaxes().data(), currency),
                new Money(row.getCreditsMinor(), currency));
    }

    static InvoiceBreakdown of(TaxedLines taxed, long creditsMinor, String currency) {
        return new InvoiceBreakdown(
                new Money(taxed.discountMinor(), currency),
                taxed.inForce().treatment().kind().text(),
                taxed.inForce().treatment().note(),
                taxed.sums().stream()
                        .map(sum -> new TaxRow(
                                sum.group(),
                                sum.label(),
                                PriceBookFormat.text(sum.rate()),
                                new Money(sum.baseMinor(), currency),
                                new Money(sum.taxMinor(), currency)))
                        .toList(),
                new Money(creditsMinor, currency));
    }

    static List<TaxRow> taxes(String json, String currency) {
        List<TaxRow> rows = new ArrayList<>();
        for (JsonNode row : Json.mapper().readTree(json)) {
            rows.add(new TaxRow(
                    row.path("tax_group").asString(),
                    row.path("label").asString(),
                    row.path("rate").asString(),
                    new Money(row.path("base_minor").asLong(), currency),
                    new Money(row.path("tax_minor").asLong(), currency)));
        }
        return rows;
    }
}
