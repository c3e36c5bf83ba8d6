package dev.berth.billing.rating;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.unit.Money;
import dev.berth.schema.unit.Period;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * What a month would cost with a book, published or not. Goals: an operator sees the lines of new prices before they are published, for
 * quantities or for what an account has used. Algorithm: the same {@link MonthRating} that prices invoices, over a whole month; with what
 * was billed already, each line is the price of everything less the price of that (vector O12). Thread-safe.
 */
@Component
final class Simulation {
    private static final Set<String> METERS =
            Set.of("container_seconds", "vcpu_seconds", "gib_seconds", Quantities.VOLUME, Quantities.EGRESS);
    private static final Pattern QUANTITY = Pattern.compile("[0-9]{1,30}(\\.[0-9]{1,30})?");
    private static final MonthShare WHOLE = new MonthShare(1, 1, true);

    private final DSLContext dsl;
    private final Customers customers;
    private final UsageRepository usage;

    Simulation(DSLContext dsl, Customers customers, UsageRepository usage) {
        this.dsl = dsl;
        this.customers = customers;
        this.usage = usage;
    }

    /**
     * What is asked.
     *
     * @param priceBook a tree of the format, or YAML as a text
     * @param quantities decimal strings by component; either these, or account and period
     * @param alreadyBilled quantities whose price is taken off each line
     * @param account whose use is priced, acct_…
     * @param period when it was used
     */
    record Request(
            @Nullable JsonNode priceBook,
            @Nullable Map<String, String> quantities,
            @Nullable Map<String, String> alreadyBilled,
            @Nullable AccountId account,
            @Nullable Range period) {}

    /** A span of time, {@code [start, end)}. */
    record Range(@Nullable Instant start, @Nullable Instant end) {}

    /**
     * A line: {@code component} is the component's id, or the fee's; {@code quantity} what the line adds, {@code free} the part of the
     * month's quantity that costs nothing, {@code exact} the amount before it was rounded, in major units.
     */
    record Line(String component, String kind, String quantity, String free, String exact, Money amount) {}

    /** The lines in the order of the book, and their sum. */
    record Result(List<Line> lines, Money total) {}

    Result of(PriceBook book, Request request) {
        Map<String, BigDecimal> known = request.account() == null
                ? quantities("quantities", request.quantities(), book)
                : used(book, request.account(), request);
        List<Charge> now = MonthRating.rate(book, known, WHOLE);
        Map<String, Charge> before = new HashMap<>();
        if (request.alreadyBilled() != null) {
            Map<String, BigDecimal> billed = quantities("already_billed", request.alreadyBilled(), book);
            MonthRating.rate(book, billed, WHOLE).forEach(charge -> before.put(charge.key(), charge));
        }
        List<Line> lines = new ArrayList<>();
        long total = 0;
        for (Charge charge : now) {
            Line line = line(book, charge, before.get(charge.key()));
            lines.add(line);
            total = Math.addExact(total, line.amount().amountMinor());
        }
        return new Result(lines, new Money(total, book.currency()));
    }

    private static Line line(PriceBook book, Charge charge, @Nullable Charge billed) {
        BigDecimal quantity = charge.quantity();
        BigDecimal exact = charge.exact();
        long amount = charge.amountMinor();
        if (billed != null) {
            quantity = quantity.subtract(billed.quantity());
            exact = exact.subtract(billed.exact());
            amount = Math.subtractExact(amount, billed.amountMinor());
        }
        return new Line(
                charge.id(),
                charge.kind().name().toLowerCase(java.util.Locale.ROOT),
                PriceBookFormat.text(quantity),
                PriceBookFormat.text(charge.free()),
                PriceBookFormat.text(exact),
                new Money(amount, book.currency()));
    }

    private Map<String, BigDecimal> used(PriceBook book, AccountId account, Request request) {
        Range range = request.period();
        if (range == null
                || range.start() == null
                || range.end() == null
                || !range.start().isBefore(range.end())) {
            throw Refusal.invalid("period", "a start and a later end are needed, as instants in RFC 3339");
        }
        if (request.quantities() != null) {
            throw Refusal.invalid("quantities", "either quantities, or an account and a period");
        }
        Customer customer = customers.require(account);
        if (!customer.currency().equals(book.currency())) {
            throw Refusal.invalid(
                    "price_book.currency",
                    "the account is billed in %s, the book is in %s".formatted(customer.currency(), book.currency()));
        }
        Period period = new Period(range.start(), range.end());
        Quantities total = usage.use(dsl, customer.account(), period, UsageRepository.EVERYTHING)
                .total();
        return METERS.stream().collect(Collectors.toMap(meter -> meter, total::of));
    }

    private static Map<String, BigDecimal> quantities(
            String field, @Nullable Map<String, String> given, PriceBook book) {
        if (given == null) {
            throw Refusal.invalid("quantities", "quantities by component are needed, or an account and a period");
        }
        Set<String> known = Stream.concat(
                        METERS.stream(), book.components().stream().map(component -> component.id()))
                .collect(Collectors.toSet());
        Map<String, BigDecimal> read = new HashMap<>();
        given.forEach((meter, text) -> {
            String path = "%s.%s".formatted(field, meter);
            if (!known.contains(meter)) {
                throw Refusal.invalid(path, "neither the book nor Berth has such a meter");
            }
            if (text == null || !QUANTITY.matcher(text).matches()) {
                throw Refusal.invalid(path, "a decimal number in quotes such as \"22.5\" is needed");
            }
            read.put(meter, new BigDecimal(text));
        });
        return read;
    }
}
