package dev.berth.billing.tax;

import static dev.berth.schema.db.billing.Tables.TAX_RATE;

import dev.berth.billing.customer.TaxDetails;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.db.billing.tables.records.TaxRateRecord;
import dev.berth.schema.id.TaxRateId;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The rates of tax in the database. Thread-safe. */
@Component
public final class TaxRates {
    /** The most rates there may be. */
    public static final int MAX_RATES = 2_000;

    private final DSLContext dsl;
    private final SellerProperties seller;
    private final InstantSource clock;

    public TaxRates(DSLContext dsl, SellerProperties seller, InstantSource clock) {
        this.dsl = dsl;
        this.seller = seller;
        this.clock = clock;
    }

    /** Who sells, for invoices. */
    public SellerProperties seller() {
        return seller;
    }

    /** How customers are taxed at a time: what answers that, and asks for the rates of a country once. For one thread. */
    public Function<TaxDetails, InForce> at(DSLContext transaction, Instant at) {
        Map<String, Map<String, InForce.Rate>> known = new HashMap<>();
        return customer -> {
            Treatment treatment = TaxRules.decide(
                    seller,
                    customer,
                    country -> !known.computeIfAbsent(country, _ -> inForce(transaction, country, at))
                            .isEmpty());
            return new InForce(
                    treatment,
                    treatment.kind() == Treatment.Kind.TAXED
                            ? known.getOrDefault(treatment.country(), Map.of())
                            : Map.of());
        };
    }

    private static Map<String, InForce.Rate> inForce(DSLContext transaction, String country, Instant at) {
        Map<String, InForce.Rate> rates = new LinkedHashMap<>();
        transaction
                .selectFrom(TAX_RATE)
                .where(TAX_RATE.COUNTRY.eq(country), TAX_RATE.VALID_FROM.le(at))
                .orderBy(TAX_RATE.VALID_FROM)
                .forEach(row -> rates.put(
                        row.getTaxGroup(), new InForce.Rate(row.getLabel(), row.getRate()))); // the last one counts
        return rates;
    }

    /** All rates, of one country if it is given, each with its end. */
    public List<TaxRate> list(@Nullable String country) {
        Field<Instant> next = DSL.lead(TAX_RATE.VALID_FROM)
                .over(DSL.partitionBy(TAX_RATE.COUNTRY, TAX_RATE.TAX_GROUP).orderBy(TAX_RATE.VALID_FROM));
        return dsl.select(TAX_RATE.asterisk(), next)
                .from(TAX_RATE)
                .where(country == null ? TAX_RATE.COUNTRY.ne("") : TAX_RATE.COUNTRY.eq(country))
                .orderBy(TAX_RATE.COUNTRY, TAX_RATE.TAX_GROUP, TAX_RATE.VALID_FROM)
                .limit(MAX_RATES)
                .fetch(row -> read(row.into(TAX_RATE), row.get(next)));
    }

    /**
     * Adds a rate. The same once more is the same.
     *
     * @param validFrom in the future unless it is the first of its country and group, and after every other one
     * @throws Refusal {@code tax_rate_refused} if it would change what was taxed already, {@code invalid}
     */
    public TaxRate add(String country, String group, String label, BigDecimal rate, Instant validFrom) {
        Instant from = validFrom.truncatedTo(ChronoUnit.MILLIS);
        return dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            transaction.execute("select pg_advisory_xact_lock(hashtext('berth.tax_rate'))");
            TaxRateRecord last = transaction
                    .selectFrom(TAX_RATE)
                    .where(TAX_RATE.COUNTRY.eq(country), TAX_RATE.TAX_GROUP.eq(group))
                    .orderBy(TAX_RATE.VALID_FROM.desc())
                    .limit(1)
                    .fetchOne();
            if (last != null && last.getValidFrom().equals(from) && same(last, label, rate)) {
                return read(last, null);
            }
            if (last != null && (!from.isAfter(last.getValidFrom()) || !from.isAfter(clock.instant()))) {
                throw new Refusal(
                        ErrorCode.TAX_RATE_REFUSED,
                        "The rate of %s in %s holds from %s; another one begins later, and in the future."
                                .formatted(group, country, last.getValidFrom()));
            }
            if (transaction.fetchCount(TAX_RATE) >= MAX_RATES) {
                throw new Refusal(ErrorCode.TAX_RATE_REFUSED, "There are %d rates already.".formatted(MAX_RATES));
            }
            TaxRateRecord row = transaction
                    .insertInto(TAX_RATE)
                    .set(TAX_RATE.TAX_RATE_ID, TaxRateId.next())
                    .set(TAX_RATE.COUNTRY, country)
                    .set(TAX_RATE.TAX_GROUP, group)
                    .set(TAX_RATE.LABEL, label)
                    .set(TAX_RATE.RATE, rate)
                    .set(TAX_RATE.VALID_FROM, from)
                    .returning()
                    .fetchSingle();
            return read(row, null);
        });
    }

    /**
     * Takes a rate out that has not begun.
     *
     * @throws Refusal {@code not_found}, or {@code tax_rate_refused} if it is or was in force
     */
    public void remove(TaxRateId id) {
        dsl.transaction(configuration -> {
            DSLContext transaction = configuration.dsl();
            TaxRateRecord row = transaction
                    .selectFrom(TAX_RATE)
                    .where(TAX_RATE.TAX_RATE_ID.eq(id), TAX_RATE.COUNTRY.ne(""))
                    .forUpdate()
                    .fetchOptional()
                    .orElseThrow(() -> new Refusal(ErrorCode.NOT_FOUND, "There is no rate %s.".formatted(id)));
            if (!row.getValidFrom().isAfter(clock.instant())) {
                throw new Refusal(
                        ErrorCode.TAX_RATE_REFUSED,
                        "The rate holds since %s; invoices were taxed with it.".formatted(row.getValidFrom()));
            }
            row.delete();
        });
    }

    private static boolean same(TaxRateRecord row, String label, BigDecimal rate) {
        return row.getLabel().equals(label) && row.getRate().compareTo(rate) == 0;
    }

    private static TaxRate read(TaxRateRecord row, @Nullable Instant validTo) {
        return new TaxRate(
                row.getTaxRateId(),
                row.getCountry(),
                row.getTaxGroup(),
                row.getLabel(),
                row.getRate(),
                row.getValidFrom(),
                validTo);
    }
}
