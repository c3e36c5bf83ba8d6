package dev.berth.billing.invoice;

import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Page;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.rating.UsageBody;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.InvoiceLineId;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** Invoices as the customer reads them. */
@RestController
@RequestMapping("/internal/v1")
class InvoiceHttp {
    private final Customers customers;
    private final InvoiceReader reader;
    private final Upcoming upcoming;
    private final InvoicePdf pdf;

    InvoiceHttp(Customers customers, InvoiceReader reader, Upcoming upcoming, InvoicePdf pdf) {
        this.customers = customers;
        this.reader = reader;
        this.upcoming = upcoming;
        this.pdf = pdf;
    }

    record PeriodNow(Instant start, Instant end, String currency) {}

    @GetMapping("/period")
    PeriodNow period(Caller caller) {
        Customer customer = customers.require(caller.account());
        var period = upcoming.period(customer);
        return new PeriodNow(period.start(), period.end(), customer.currency());
    }

    @GetMapping("/invoices")
    Page<InvoiceView> list(
            Caller caller,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(required = false) @Nullable String status,
            @RequestParam(defaultValue = "-created_at") String sort) {
        Optional<AccountId> account = caller.accountIfAny();
        if (account.isEmpty()) {
            caller.mustBeOperator();
        }
        return reader.page(
                account.orElse(null),
                status(status),
                oldestFirst(sort),
                cursor == null ? null : cursor(cursor),
                Page.limit(limit));
    }

    private static boolean oldestFirst(String sort) {
        return switch (sort) {
            case "created_at" -> true;
            case "-created_at" -> false;
            default -> throw Refusal.invalid("sort", "one of -created_at, created_at");
        };
    }

    @PostMapping("/invoices/upcoming")
    InvoiceView upcoming(Caller caller, @RequestBody ObjectNode body) {
        Customer customer = customers.require(caller.account());
        return upcoming.of(customer, UsageBody.read(body));
    }

    @GetMapping("/invoices/{id}")
    InvoiceView get(Caller caller, @PathVariable String id) {
        return visible(caller, id);
    }

    @GetMapping(value = "/invoices/{id}/pdf", produces = MediaType.APPLICATION_PDF_VALUE)
    byte[] pdf(Caller caller, @PathVariable String id) {
        return pdf.of(visible(caller, id));
    }

    @GetMapping("/invoices/{id}/lines/{line}/intervals")
    Page<InvoiceView.Interval> intervals(
            Caller caller,
            @PathVariable String id,
            @PathVariable String line,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        InvoiceView invoice = visible(caller, id);
        int from = cursor == null ? 0 : ordinal(cursor);
        InvoiceLineId lineId;
        try {
            lineId = InvoiceLineId.parse(line);
        } catch (IllegalArgumentException e) {
            throw new Refusal(ErrorCode.NOT_FOUND, "The invoice %s has no such line.".formatted(id));
        }
        return reader.intervals(java.util.Objects.requireNonNull(invoice.id()), lineId, from, Page.limit(limit))
                .orElseThrow(
                        () -> new Refusal(ErrorCode.NOT_FOUND, "The invoice %s has no line %s.".formatted(id, lineId)));
    }

    private InvoiceView visible(Caller caller, String id) {
        InvoiceId invoice = InvoiceIds.of(id);
        return reader.find(invoice)
                .filter(view -> caller.maySee(view.account()))
                .orElseThrow(() -> InvoiceIds.unknown(id));
    }

    private static @Nullable InvoiceStatus status(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return InvoiceStatus.of(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("status", "one of final, paid, uncollectible, void");
        }
    }

    private static InvoiceId cursor(String text) {
        try {
            return InvoiceId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("cursor", "take it from next_cursor of the page before");
        }
    }

    private static int ordinal(String text) {
        try {
            int ordinal = Integer.parseInt(text);
            if (ordinal >= 0) {
                return ordinal;
            }
        } catch (NumberFormatException e) {
            throw Refusal.invalid("cursor", "take it from next_cursor of the page before");
        }
        throw Refusal.invalid("cursor", "take it from next_cursor of the page before");
    }
}
