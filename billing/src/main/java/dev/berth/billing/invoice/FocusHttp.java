package dev.berth.billing.invoice;

import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.unit.Period;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Charges for tools of other makers. */
@RestController
@RequestMapping("/internal/v1")
class FocusHttp {
    private static final String TYPE = "text/csv";
    private static final Duration MOST = Duration.ofDays(400);

    private final DSLContext dsl;
    private final Customers customers;
    private final FocusExport export;
    private final Exports exports;
    private final InstantSource clock;

    FocusHttp(DSLContext dsl, Customers customers, FocusExport export, Exports exports, InstantSource clock) {
        this.dsl = dsl;
        this.customers = customers;
        this.export = export;
        this.exports = exports;
        this.clock = clock;
    }

    /** Of one invoice, or of all whose period has a part in a range: the last 400 days unless said. */
    @GetMapping(value = "/usage/focus", produces = TYPE)
    void focus(
            Caller caller,
            @RequestParam(required = false) @Nullable Instant from,
            @RequestParam(required = false) @Nullable Instant to,
            @RequestParam(required = false) @Nullable String invoice,
            HttpServletResponse response) {
        Customer customer = customers.require(caller.account());
        InvoiceId one = invoice == null ? null : InvoiceIds.of(invoice);
        FocusExport.Which which = new FocusExport.Which(customer.account(), period(from, to), one);
        try {
            // Whole before anything is sent: a table has no last row by which a reader could tell that it was cut.
            Path file = Files.createTempFile("berth-focus-", ".csv");
            try {
                write(which, customer, file);
                response.setContentType(TYPE + ";charset=UTF-8");
                response.setContentLengthLong(Files.size(file));
                Files.copy(file, response.getOutputStream());
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(FocusExport.Which which, Customer customer, Path file) {
        dsl.transaction(configuration -> {
            DSLContext snapshot = configuration.dsl();
            snapshot.execute("set transaction isolation level repeatable read, read only");
            InvoiceId one = which.invoice();
            if (one != null && !snapshot.fetchExists(dev.berth.schema.db.billing.Tables.INVOICE, which.condition())) {
                throw InvoiceIds.unknown(one.toString());
            }
            try (Exports.Place place = exports.take(customer.account());
                    OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
                export.write(snapshot, which, customer.anchorDay(), place.into(out));
            }
        });
    }

    private Period period(@Nullable Instant from, @Nullable Instant to) {
        Instant end = to == null ? clock.instant() : to;
        Instant start = from == null ? end.minus(MOST) : from;
        if (!start.isBefore(end)) {
            throw Refusal.invalid("to", "must be after from");
        }
        if (Duration.between(start, end).compareTo(MOST) > 0) {
            throw Refusal.invalid("to", "must be at most %d days after from".formatted(MOST.toDays()));
        }
        return new Period(start, end);
    }
}
