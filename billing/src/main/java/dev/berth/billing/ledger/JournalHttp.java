package dev.berth.billing.ledger;

import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.Page;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The journal for the operator's own books: as JSON in pages, as CSV whole for a span of time. */
@RestController
@RequestMapping("/internal/v1/operator/ledger")
class JournalHttp {
    /** The most entries of one CSV. */
    static final int MAX_ENTRIES = 100_000;

    private static final Duration MAX_SPAN = Duration.ofDays(366);
    private static final String HEAD =
            "transaction,occurred_at,recorded_at,kind,account,invoice,payment,ledger_account,"
                    + "currency,debit_minor,credit_minor,operation,actor,key\n";

    private final Journal journal;

    JournalHttp(Journal journal) {
        this.journal = journal;
    }

    @GetMapping("/journal")
    Page<Journal.Booking> page(
            Caller caller,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        caller.mustBeOperator();
        int size = Page.limit(limit);
        List<Journal.Booking> rows = journal.page(which(caller, from, to), after(cursor), size + 1);
        return Page.of(rows, size, booking -> String.valueOf(booking.transaction()));
    }

    @GetMapping(value = "/journal/csv", produces = "text/csv")
    String csv(
            Caller caller,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to) {
        caller.mustBeOperator();
        Journal.Which which = which(caller, from, to);
        Instant first = which.from();
        Instant end = which.to();
        if (first == null || end == null || Duration.between(first, end).compareTo(MAX_SPAN) > 0) {
            throw Refusal.invalid("from", "from and to are needed, at most %d days apart".formatted(MAX_SPAN.toDays()));
        }
        int entries = journal.count(which);
        if (entries > MAX_ENTRIES) {
            throw Refusal.invalid(
                    "to",
                    "there are %d entries, more than the %d of a file: ask for less time"
                            .formatted(entries, MAX_ENTRIES));
        }
        StringBuilder csv = new StringBuilder(HEAD);
        journal.forEach(which, MAX_ENTRIES, booking -> row(csv, booking));
        return csv.toString();
    }

    /** Ids, words and numbers of ours: nothing in it needs quotes or can be a formula. */
    private static void row(StringBuilder csv, Journal.Booking booking) {
        Journal.Side side = booking.entries().getFirst();
        List<Object> cells = List.of(
                booking.transaction(),
                Json.text(booking.occurredAt()),
                Json.text(booking.recordedAt()),
                booking.kind(),
                booking.account(),
                booking.invoice() == null ? "" : booking.invoice(),
                booking.payment() == null ? "" : booking.payment(),
                side.ledgerAccount(),
                booking.currency(),
                side.debitMinor(),
                side.creditMinor(),
                booking.operation(),
                booking.actor(),
                booking.key());
        String row = String.join(",", cells.stream().map(String::valueOf).toList());
        csv.append(row).append('\n');
    }

    private static Journal.Which which(Caller caller, @Nullable String from, @Nullable String to) {
        Instant first = instant("from", from);
        Instant end = instant("to", to);
        if (first != null && end != null && !first.isBefore(end)) {
            throw Refusal.invalid("to", "is after from");
        }
        return new Journal.Which(first, end, caller.named());
    }

    private static @Nullable Instant instant(String name, @Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw Refusal.invalid(name, "is an instant such as 2026-01-01T00:00:00Z");
        }
    }

    private static long after(@Nullable String cursor) {
        try {
            return cursor == null ? 0 : Long.parseLong(cursor);
        } catch (NumberFormatException e) {
            throw Refusal.invalid("cursor", "take it from next_cursor of the page before");
        }
    }
}
