package dev.berth.billing.invoice;

import dev.berth.billing.coupon.CouponRules;
import dev.berth.billing.coupon.Coupons;
import dev.berth.billing.credit.CreditGrant;
import dev.berth.billing.credit.CreditRules;
import dev.berth.billing.credit.Credits;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.TaxDetails;
import dev.berth.billing.tax.InForce;
import dev.berth.billing.tax.SellerProperties;
import dev.berth.billing.tax.TaxRates;
import dev.berth.schema.Cause;
import dev.berth.schema.db.billing.tables.records.InvoiceRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditGrantId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.unit.Period;
import dev.berth.schema.wire.Json;
import java.time.Instant;
import java.util.Collection;
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
     * What an account has that makes less of its charges.
     *
     * @param carriedMinor what earlier invoices carried forward
     * @param coupons of which something is left
     * @param grants of which something is left
     */
    record Funds(long carriedMinor, List<CouponRules.Redeemed> coupons, List<CreditGrant> grants) {
        /** The coupons that count in a period, less what lines take of them whose invoices are not made yet. */
        List<CouponRules.Redeemed> coupons(Period period, List<DraftLine> promised) {
            return coupons.stream()
                    .filter(coupon -> coupon.countsIn(period))
                    .map(coupon -> coupon.less(-promised.stream()
                            .filter(line -> line.charge().equals(DraftLine.coupon(coupon.code())))
                            .mapToLong(DraftLine::amountMinor)
                            .sum()))
                    .toList();
        }

        /**
         * What credit grants pay.
         *
         * @param beforeMinor what invoices before it will have used of them
         */
        List<CreditRules.Use> credits(long beforeMinor, long dueMinor, Instant at) {
            if (dueMinor == 0) {
                return List.of();
            }
            if (beforeMinor == 0) {
                return CreditRules.use(grants, dueMinor, at);
            }
            Map<CreditGrantId, Long> before = new LinkedHashMap<>();
            CreditRules.use(grants, beforeMinor, at)
                    .forEach(use -> before.put(use.grant().id(), use.amountMinor()));
            return CreditRules.use(grants, Math.addExact(beforeMinor, dueMinor), at).stream()
                    .map(use -> new CreditRules.Use(
                            use.grant(),
                            use.amountMinor() - before.getOrDefault(use.grant().id(), 0L)))
                    .filter(use -> use.amountMinor() > 0)
                    .toList();
        }
    }

    /**
     * What some customers have, each of them.
     *
     * @param locked whether until the end of the transaction
     */
    Map<AccountId, Funds> funds(DSLContext dsl, Collection<Customer> customers, boolean locked) {
        Map<AccountId, String> currencies = new LinkedHashMap<>();
        customers.forEach(customer -> currencies.put(customer.account(), customer.currency()));
        Map<AccountId, Long> carried = credits.unassigned(dsl, currencies);
        Map<AccountId, List<CouponRules.Redeemed>> redeemed = coupons.redeemed(dsl, currencies.keySet(), locked);
        Map<AccountId, List<CreditGrant>> grants = credits.available(dsl, currencies, locked);
        Map<AccountId, Funds> funds = new LinkedHashMap<>();
        for (AccountId account : currencies.keySet()) {
            funds.put(
                    account,
                    new Funds(
                            carried.getOrDefault(account, 0L),
                            redeemed.getOrDefault(account, List.of()),
                            grants.getOrDefault(account, List.of())));
        }
        return funds;
    }

    /** How customers are taxed at a time; see {@link TaxRates#at}. */
    Function<TaxDetails, InForce> taxes(DSLContext dsl, Instant at) {
        return taxRates.at(dsl, at);
    }

    /** Copies to an invoice how it is taxed. */
    static void copy(TaxedLines taxed, InvoiceRecord draft) {
        InForce inForce = taxed.inForce();
        draft.setTaxRate(inForce.standard());
        String country = inForce.treatment().country();
        draft.setTaxGroup(country.isEmpty() ? "none" : country);
        draft.setTaxTreatment(inForce.treatment().kind().text());
        draft.setTaxNote(inForce.treatment().note());
        draft.setTaxes(JSONB.valueOf(Json.mapper().writeValueAsString(taxed.rows())));
        draft.setTaxMinor(taxed.taxMinor());
        draft.setDiscountMinor(taxed.discountMinor());
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
