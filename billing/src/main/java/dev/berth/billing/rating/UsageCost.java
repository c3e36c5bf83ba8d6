package dev.berth.billing.rating;

import dev.berth.billing.catalog.Component;
import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.catalog.PriceBooks;
import dev.berth.billing.customer.BillingCalendar;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.unit.Period;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * What use costs that somebody else has measured, up to the second: a month's price of everything up to its end less the price of
 * everything before its start, so that the allowance is spent once. Over the open period that is what the invoice will say. What a
 * month costs before anything is used (the flat of a first tier) belongs to the range that has the month's start.
 *
 * <p>Where a range spans months, the months that are over are priced from the pieces that billing has, the rest of the
 * quantities belongs to the last one. Thread-safe.
 */
@org.springframework.stereotype.Component
public final class UsageCost {
    /** The longest range, in months. */
    public static final int MAX_MONTHS = 25;

    private final DSLContext dsl;
    private final UsageRepository usage;
    private final PriceBooks books;

    public UsageCost(DSLContext dsl, UsageRepository usage, PriceBooks books) {
        this.dsl = dsl;
        this.usage = usage;
        this.books = books;
    }

    /** The book that prices a month of a customer. */
    public PriceBook bookOf(Customer customer, Instant monthStart) {
        return bookOf(dsl, customer, monthStart);
    }

    /** As {@link #bookOf(Customer, Instant)}, inside a transaction. */
    public PriceBook bookOf(DSLContext transaction, Customer customer, Instant monthStart) {
        String name = customer.priceBookOf(monthStart);
        return books.ofMonth(transaction, name, customer.currency(), monthStart)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.NO_PRICE_BOOK,
                        "The book %s has no prices in %s.".formatted(name, customer.currency())));
    }

    /**
     * The cost of a range, by component.
     *
     * @param range what the quantities were measured over
     * @param now nothing after it was measured
     * @param total the quantity of a component
     * @return minor units by component, only of components that have a price
     */
    public Map<String, Long> of(Customer customer, Period range, Instant now, Function<String, BigDecimal> total) {
        Map<String, BigDecimal> left = new HashMap<>();
        Map<String, Long> cost = new TreeMap<>();
        List<Period> months = months(customer.calendar(), range, now);
        for (Period month : months) {
            PriceBook book = bookOf(customer, month.start());
            Instant from = later(range.start(), month.start());
            Quantities before = between(customer, month.start(), from);
            boolean fromItsStart =
                    from.equals(month.start()) && month.end().isAfter(customer.openedAt()); // none was billed before
            boolean last = month.equals(months.getLast());
            Quantities inside = last ? Quantities.NONE : between(customer, from, month.end());
            for (Component component : book.components()) {
                String id = component.id();
                BigDecimal base = before.of(id);
                BigDecimal rest = left.computeIfAbsent(id, total);
                BigDecimal quantity = last ? rest.max(BigDecimal.ZERO) : inside.of(id);
                long earlier = fromItsStart
                        ? 0
                        : MonthRating.usage(book, component, base).amountMinor();
                long amount = Math.subtractExact(
                        MonthRating.usage(book, component, base.add(quantity)).amountMinor(), earlier);
                cost.merge(id, amount, Math::addExact);
                left.put(id, rest.subtract(quantity));
            }
        }
        return cost;
    }

    private Quantities between(Customer customer, Instant start, Instant end) {
        return start.isBefore(end)
                ? usage.use(dsl, customer.account(), new Period(start, end), UsageRepository.EVERYTHING)
                        .total()
                : Quantities.NONE;
    }

    private static List<Period> months(BillingCalendar calendar, Period range, Instant now) {
        Instant end = range.end().isBefore(now) ? range.end() : now;
        List<Period> months = new ArrayList<>();
        Period month = calendar.monthOf(range.start());
        months.add(month);
        while (month.end().isBefore(end)) {
            month = calendar.monthOf(month.end());
            months.add(month);
            if (months.size() > MAX_MONTHS) {
                throw Refusal.invalid("from", "a range has at most %d months".formatted(MAX_MONTHS));
            }
        }
        return months;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
