package dev.berth.billing.tax;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.customer.TaxDetails;
import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.GivenId;
import dev.berth.billing.edge.Page;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.TaxRateId;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** What a customer says of itself for its invoices, and the operator's rates of tax. */
@RestController
@RequestMapping("/internal/v1")
class TaxHttp {
    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());
    private static final int MAX_DECIMALS = 6;

    private final DSLContext dsl;
    private final Customers customers;
    private final TaxRates rates;
    private final InstantSource clock;

    TaxHttp(DSLContext dsl, Customers customers, TaxRates rates, InstantSource clock) {
        this.dsl = dsl;
        this.customers = customers;
        this.rates = rates;
        this.clock = clock;
    }

    /** What invoices say of the buyer, and how the next one is taxed. */
    record Details(
            AccountId account,
            String name,
            @Nullable String legalName,
            @Nullable String address,
            @Nullable String country,
            @Nullable String vatId,
            boolean taxExempt,
            String taxTreatment,
            String taxNote,
            String taxRate) {}

    record NewRate(
            @Nullable String country,
            @Nullable String taxGroup,
            @Nullable String label,
            @Nullable String rate,
            @Nullable Instant validFrom) {}

    record Rate(
            TaxRateId id,
            String country,
            String taxGroup,
            String label,
            String rate,
            Instant validFrom,
            @Nullable Instant validTo) {
        static Rate of(TaxRate rate) {
            return new Rate(
                    rate.id(),
                    rate.country(),
                    rate.group(),
                    rate.label(),
                    PriceBookFormat.text(rate.rate()),
                    rate.validFrom(),
                    rate.validTo());
        }
    }

    record Exemption(@Nullable Boolean exempt) {}

    record Removed(TaxRateId id) {}

    @GetMapping("/billing_details")
    Details details(Caller caller) {
        return details(customers.require(caller.account()));
    }

    @PostMapping("/billing_details")
    Details describe(Caller caller, @RequestBody ObjectNode change) {
        AccountId account = customers.require(caller.account()).account();
        dsl.transaction(configuration -> {
            Customer locked = customers.lock(configuration.dsl(), account).orElseThrow();
            customers.describe(configuration.dsl(), account, TaxData.with(locked.tax(), change));
        });
        return details(customers.require(account));
    }

    @PostMapping("/operator/accounts/{id}/tax_exempt")
    Details exempt(Caller caller, @PathVariable String id, @RequestBody Exemption wanted) {
        caller.mustBeOperator();
        Boolean exempt = wanted.exempt();
        if (exempt == null) {
            throw Refusal.invalid("exempt", "true or false");
        }
        AccountId account = customers.require(account(id)).account();
        dsl.transaction(configuration -> {
            TaxDetails now =
                    customers.lock(configuration.dsl(), account).orElseThrow().tax();
            customers.describe(
                    configuration.dsl(),
                    account,
                    new TaxDetails(now.legalName(), now.address(), now.country(), now.vatId(), exempt));
        });
        return details(customers.require(account));
    }

    @GetMapping("/operator/tax_rates")
    Page<Rate> list(Caller caller, @RequestParam(required = false) @Nullable String country) {
        caller.mustBeOperator();
        return new Page<>(rates.list(country).stream().map(Rate::of).toList(), null);
    }

    @PostMapping("/operator/tax_rates")
    @ResponseStatus(HttpStatus.CREATED)
    Rate add(Caller caller, @RequestBody NewRate wanted) {
        caller.mustBeOperator();
        String country = wanted.country();
        if (country == null || !COUNTRIES.contains(country)) {
            throw Refusal.invalid("country", "is two capital letters of ISO 3166-1, such as DE");
        }
        String group = wanted.taxGroup() == null ? PriceBook.STANDARD_TAX : wanted.taxGroup();
        if (!group.matches("[a-z][a-z0-9_]{0,62}")) {
            throw Refusal.invalid("tax_group", "has lower-case letters, digits and _, and begins with a letter");
        }
        String label = wanted.label() == null ? "VAT" : wanted.label().strip();
        if (label.isEmpty() || label.length() > 40 || label.chars().anyMatch(Character::isISOControl)) {
            throw Refusal.invalid("label", "has 1 to 40 characters");
        }
        Instant from = wanted.validFrom() == null ? clock.instant() : wanted.validFrom();
        return Rate.of(rates.add(country, group, label, rate(wanted.rate()), from));
    }

    @PostMapping("/operator/tax_rates/{id}/delete")
    Removed remove(Caller caller, @PathVariable String id) {
        caller.mustBeOperator();
        TaxRateId rate = GivenId.need("rate", id, TaxRateId::parse);
        rates.remove(rate);
        return new Removed(rate);
    }

    private Details details(Customer customer) {
        TaxDetails tax = customer.tax();
        InForce inForce = rates.at(dsl, clock.instant()).apply(tax);
        return new Details(
                customer.account(),
                customer.name(),
                tax.legalName(),
                tax.address(),
                tax.country(),
                tax.vatId(),
                tax.exempt(),
                inForce.treatment().kind().text(),
                inForce.treatment().note(),
                PriceBookFormat.text(inForce.standard()));
    }

    private static BigDecimal rate(@Nullable String text) {
        if (text == null || !text.matches("0(\\.[0-9]{1,%d})?".formatted(MAX_DECIMALS))) {
            throw Refusal.invalid("rate", "is a decimal below 1 in quotes, such as \"0.19\" for 19 %");
        }
        return new BigDecimal(text);
    }

    private static AccountId account(String text) {
        return GivenId.need("account", text, AccountId::parse);
    }
}
