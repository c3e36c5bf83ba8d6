package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.coupon.CouponRules;
import dev.berth.billing.coupon.Coupons;
import dev.berth.billing.credit.CreditRules;
import dev.berth.billing.credit.Credits;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.TaxDetails;
import dev.berth.billing.tax.SellerProperties;
import dev.berth.billing.tax.TaxRates;
import dev.berth.billing.tax.TaxSplit;
import dev.berth.schema.Cause;
import dev.berth.schema.db.billing.tables.records.InvoiceRecord;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.unit.Period;
import dev.berth.schema.wire.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What makes the charges of an invoice the amount that is due, in this order: coupons, what earlier invoices carried, tax, credit
 * grants. Thread-safe.
 */
@Component
public final class Amounts {
    private final Coupons coupons;
    private final TaxRates taxRates;
    private final Credits credits;

    public Amounts(Coupons coupons, TaxRates taxRates, Credits credits) {
        this.coupons = coupons;
        this.taxRates = taxRates;
        this.credits = credits;
    }

    /**
     * An invoice's lines with their tax.
     *
     * @param lines the tax of each line
     * @param sums the tax of each group
     * @param discountMinor what coupons take off
     */
    record Taxed(TaxRates.InForce inForce, List<TaxSplit.Taxed> lines, List<TaxSplit.Group> sums, long discountMinor) {
        long taxMinor() {
            return sums.stream().mapToLong(TaxSplit.Group::taxMinor).reduce(0, Math::addExact);
        }

        /** Copies to an invoice how it is taxed. */
        void copyTo(InvoiceRecord draft) {
            draft.setTaxRate(inForce.standard());
            String country = inForce.treatment().country();
            draft.setTaxGroup(country.isEmpty() ? "none" : country);
            draft.setTaxTreatment(inForce.treatment().kind().text());
            draft.setTaxNote(inForce.treatment().note());
            draft.setTaxes(JSONB.valueOf(Json.mapper().writeValueAsString(InvoiceBreakdown.rows(sums))));
            draft.setTaxMinor(taxMinor());
            draft.setDiscountMinor(discountMinor);
        }
    }

    /** The coupons that count in a period, less what lines take of them whose invoices are not made yet. */
    List<CouponRules.Redeemed> coupons(
            DSLContext dsl, Customer customer, Period period, List<DraftLine> promised, boolean locked) {
        return coupons.redeemed(dsl, customer.account(), locked).stream()
                .filter(coupon -> coupon.countsIn(period))
                .map(coupon -> coupon.less(-promised.stream()
                        .filter(line -> line.charge().equals(DraftLine.coupon(coupon.code())))
                        .mapToLong(DraftLine::amountMinor)
                        .sum()))
                .toList();
    }

    /** What earlier invoices carried forward. */
    long carried(DSLContext dsl, Customer customer) {
        return credits.unassigned(dsl, customer.account(), customer.currency());
    }

    /**
     * Taxes lines with the rates in force.
     *
     * @param books the book that prices a month
     */
    Taxed tax(
            DSLContext dsl, Customer customer, List<DraftLine> lines, Function<Instant, PriceBook> books, Instant at) {
        TaxRates.InForce inForce = taxRates.of(dsl, customer.tax(), at);
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
        return new Taxed(inForce, List.copyOf(taxed), split.groups(), discount);
    }

    /**
     * What credit grants pay.
     *
     * @param beforeMinor what invoices before it will have used of them
     * @param locked whether until the end of the transaction
     */
    List<CreditRules.Use> credits(
            DSLContext dsl, Customer customer, long beforeMinor, long dueMinor, Instant at, boolean locked) {
        var grants = credits.available(dsl, customer.account(), customer.currency(), locked);
        if (beforeMinor == 0) {
            return CreditRules.use(grants, dueMinor, at);
        }
        Map<Object, Long> before = new LinkedHashMap<>();
        CreditRules.use(grants, beforeMinor, at)
                .forEach(use -> before.put(use.grant().id(), use.amountMinor()));
        return CreditRules.use(grants, Math.addExact(beforeMinor, dueMinor), at).stream()
                .map(use -> new CreditRules.Use(
                        use.grant(),
                        use.amountMinor() - before.getOrDefault(use.grant().id(), 0L)))
                .filter(use -> use.amountMinor() > 0)
                .toList();
    }

    /** Writes what an invoice that was drafted takes of coupons and grants. */
    void use(
            DSLContext transaction,
            InvoiceRecord draft,
            List<DraftLine> lines,
            List<CreditRules.Use> uses,
            Instant now,
            Cause cause) {
        for (DraftLine line : lines) {
            if (line.kind() == DraftLine.Kind.COUPON) {
                String code = line.charge().substring(DraftLine.coupon("").length());
                coupons.use(transaction, draft.getAccountId(), draft.getInvoiceId(), code, -line.amountMinor(), now);
            }
        }
        credits.use(transaction, draft.getInvoiceId(), uses, now, cause);
    }

    /** Gives back what an invoice took that is taken back. */
    void giveBack(DSLContext transaction, InvoiceId invoice, Instant now) {
        coupons.giveBack(transaction, invoice, now);
        credits.giveBack(transaction, invoice, now);
    }

    /** Who buys, as invoices say it. */
    static JSONB buyer(Customer customer) {
        TaxDetails tax = customer.tax();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("account", customer.account().toString());
        tree.put("name", tax.legalName() == null ? customer.name() : tax.legalName());
        tree.put("email", customer.email());
        put(tree, "address", tax.address());
        put(tree, "country", tax.country());
        put(tree, "vat_id", tax.vatId());
        return JSONB.valueOf(Json.mapper().writeValueAsString(tree));
    }

    /** Who sells, as invoices say it. */
    JSONB seller(String name) {
        SellerProperties seller = taxRates.seller();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", name);
        put(tree, "address", seller.address());
        put(tree, "country", seller.country());
        put(tree, "vat_id", seller.vatId());
        return JSONB.valueOf(Json.mapper().writeValueAsString(tree));
    }

    private static void put(Map<String, Object> tree, String key, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            tree.put(key, value);
        }
    }
}
