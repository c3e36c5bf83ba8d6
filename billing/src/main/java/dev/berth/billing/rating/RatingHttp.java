package dev.berth.billing.rating;

import dev.berth.billing.catalog.FixedFee;
import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.billing.catalog.PriceBooks;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.unit.Money;
import dev.berth.schema.wire.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** Prices, quotes, and the cost of use. */
@RestController
@RequestMapping("/internal/v1")
class RatingHttp {
    private static final int MAX_REPLICAS = 10_000;
    private static final String DEFAULT_CURRENCY = "USD";
    private static final List<Size> SIZES = List.of(
            new Size("xs", 250, 256),
            new Size("s", 500, 512),
            new Size("m", 1000, 1024),
            new Size("l", 2000, 2048),
            new Size("xl", 4000, 4096));

    private final Customers customers;
    private final PriceBooks books;
    private final UsageCost costs;
    private final InstantSource clock;

    RatingHttp(Customers customers, PriceBooks books, UsageCost costs, InstantSource clock) {
        this.customers = customers;
        this.books = books;
        this.costs = costs;
        this.clock = clock;
    }

    private record Size(String name, int cpuMillis, int memoryMib) {}

    record PricedSize(String name, int cpuMillis, int memoryMib, Money perHour, Money perMonth, String perHourExact) {}

    record Prices(
            String name,
            int version,
            String currency,
            Instant effectiveFrom,
            List<Map<String, Object>> components,
            List<Map<String, Object>> fixed,
            List<PricedSize> sizes,
            List<String> currencies) {}

    record QuoteRequest(
            @Nullable Integer cpuMillis,
            @Nullable Integer memoryMib,
            @Nullable Integer replicas) {}

    @GetMapping("/prices")
    Prices prices(
            Caller caller,
            @RequestParam(required = false) @Nullable String currency,
            @RequestParam(required = false) @Nullable String plan) {
        PriceBook book = book(caller, currency, plan);
        return new Prices(
                book.name(),
                book.version(),
                book.currency(),
                book.effectiveFrom(),
                PriceBookFormat.components(book),
                book.fixed().stream().map(RatingHttp::fee).toList(),
                SIZES.stream().map(size -> priced(book, size)).toList(),
                books.currencies());
    }

    @PostMapping("/quote")
    Quote quote(
            Caller caller,
            @RequestParam(required = false) @Nullable String currency,
            @RequestParam(required = false) @Nullable String plan,
            @RequestBody QuoteRequest request) {
        List<Refusal.Field> wrong = new ArrayList<>();
        int cpu = within("cpu_millis", request.cpuMillis(), CpuMillis.MAX, wrong);
        int memory = within("memory_mib", request.memoryMib(), MemoryMib.MAX, wrong);
        int replicas = within("replicas", request.replicas() == null ? 1 : request.replicas(), MAX_REPLICAS, wrong);
        if (!wrong.isEmpty()) {
            throw new Refusal(ErrorCode.INVALID, "The size cannot be quoted.", wrong);
        }
        boolean known = caller.accountIfAny().isPresent();
        return Quote.of(book(caller, known ? null : currency, known ? null : plan), cpu, memory, replicas);
    }

    @PostMapping("/rate")
    ObjectNode rate(Caller caller, @RequestBody ObjectNode body) {
        Customer customer = customers.require(caller.account());
        UsageBody usage = UsageBody.read(body);
        Map<String, Long> cost =
                costs.of(customer, usage.range(), clock.instant(), meter -> UsageBody.quantity(usage.total(), meter));
        long[] rows = new long[usage.rows().size()];
        long sum = 0;
        for (Map.Entry<String, Long> component : cost.entrySet()) {
            sum = Math.addExact(sum, component.getValue());
            List<BigDecimal> weights = usage.rows().stream()
                    .map(row -> UsageBody.quantity(row, component.getKey()))
                    .toList();
            if (!weights.isEmpty()) {
                long[] parts = LargestRemainder.split(component.getValue(), weights);
                for (int i = 0; i < rows.length; i++) {
                    rows[i] = Math.addExact(rows[i], parts[i]);
                }
            }
        }
        for (int i = 0; i < rows.length; i++) {
            cost(usage.rows().get(i), rows[i], customer.currency());
        }
        cost(usage.total(), sum, customer.currency());
        return usage.body();
    }

    private static void cost(ObjectNode row, long amountMinor, String currency) {
        row.set("cost", Json.mapper().valueToTree(new Money(amountMinor, currency)));
    }

    /** The account's own book, or the one of a currency and plan for who has no account yet. */
    private PriceBook book(Caller caller, @Nullable String currency, @Nullable String plan) {
        Optional<AccountId> account = caller.accountIfAny();
        if (account.isPresent() && currency == null && plan == null) {
            Customer customer = customers.require(account.get());
            return costs.bookOf(
                    customer, customer.calendar().monthOf(clock.instant()).start());
        }
        String asked = currency == null ? DEFAULT_CURRENCY : currency;
        Instant now = clock.instant();
        return books.forPlan(plan == null ? PriceBooks.STANDARD : plan, asked, now)
                .flatMap(name -> books.inForce(name, asked, now))
                .orElseThrow(() -> {
                    String message = "one of %s".formatted(String.join(", ", books.currencies()));
                    return new Refusal(
                            ErrorCode.UNSUPPORTED_CURRENCY,
                            "There are no prices in '%s'; choose %s."
                                    .formatted(asked.length() > 16 ? asked.substring(0, 16) + "…" : asked, message),
                            List.of(new Refusal.Field("currency", message)));
                });
    }

    private static PricedSize priced(PriceBook book, Size size) {
        Quote quote = Quote.of(book, size.cpuMillis(), size.memoryMib(), 1);
        return new PricedSize(
                size.name(),
                size.cpuMillis(),
                size.memoryMib(),
                quote.perHour(),
                quote.perMonth(),
                quote.perHourExact());
    }

    private static Map<String, Object> fee(FixedFee fee) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", fee.id());
        tree.put("per_month", PriceBookFormat.text(fee.perMonth()));
        return tree;
    }

    private static int within(String field, @Nullable Integer value, int max, List<Refusal.Field> wrong) {
        if (value == null || value < 1 || value > max) {
            wrong.add(new Refusal.Field(field, "must be 1 to %d".formatted(max)));
            return 1;
        }
        return value;
    }
}
