package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.billing.tax.InForce;
import dev.berth.billing.tax.TaxSplit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * An invoice's lines with their tax. Pure.
 *
 * @param lines the tax of each line
 * @param sums the tax of each group
 * @param discountMinor what coupons take off
 */
record TaxedLines(InForce inForce, List<TaxSplit.Taxed> lines, List<TaxSplit.Group> sums, long discountMinor) {
    /**
     * Taxes lines with the rates in force.
     *
     * @param books the book that prices a month
     */
    static TaxedLines of(List<DraftLine> lines, InForce inForce, Function<Instant, PriceBook> books) {
        Map<Instant, PriceBook> known = new LinkedHashMap<>();
        List<TaxSplit.Charge> charges = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        long reduction = 0;
        long discount = 0;
        for (int i = 0; i < lines.size(); i++) {
            DraftLine line = lines.get(i);
            if (line.charges()) {
                PriceBook book = known.computeIfAbsent(line.monthStart(), books);
                charges.add(new TaxSplit.Charge(TaxGroups.of(book, line), line.amountMinor()));
                places.add(i);
            } else {
                reduction = Math.addExact(reduction, line.amountMinor());
                discount -= line.kind() == DraftLine.Kind.COUPON ? line.amountMinor() : 0;
            }
        }
        TaxSplit.Result split = TaxSplit.of(charges, reduction, inForce);
        List<TaxSplit.Taxed> taxed = new ArrayList<>(Collections.nCopies(lines.size(), TaxSplit.Taxed.NOT));
        for (int i = 0; i < places.size(); i++) {
            taxed.set(places.get(i), split.charges().get(i));
        }
        return new TaxedLines(inForce, List.copyOf(taxed), split.groups(), discount);
    }

    long taxMinor() {
        return sums.stream().mapToLong(TaxSplit.Group::taxMinor).reduce(0, Math::addExact);
    }

    /** The groups as they are kept with an invoice. */
    List<Map<String, Object>> rows() {
        return rows(sums);
    }

    /** Groups as they are kept. */
    static List<Map<String, Object>> rows(List<TaxSplit.Group> sums) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (TaxSplit.Group sum : sums) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("tax_group", sum.group());
            row.put("label", sum.label());
            row.put("rate", PriceBookFormat.text(sum.rate()));
            row.put("base_minor", sum.baseMinor());
            row.put("tax_minor", sum.taxMinor());
            rows.add(row);
        }
        return rows;
    }
}
