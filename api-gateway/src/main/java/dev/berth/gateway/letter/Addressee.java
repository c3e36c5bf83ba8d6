package dev.berth.gateway.letter;

import dev.berth.gateway.edge.Amounts;
import dev.berth.schema.id.InvoiceId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The account that a letter is to: how its people read times and amounts, and where they go on.
 *
 * @param account its name, as one line
 * @param publicUrl what addresses of pages begin with
 */
record Addressee(String account, ZoneId zone, String publicUrl) {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("MMMM uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm", Locale.ENGLISH);

    String money(long minor, String currency) {
        return Amounts.text(minor, currency);
    }

    /** Such as {@code 14 December 2026}. */
    String day(Instant at) {
        return DAY.format(at.atZone(zone));
    }

    /** Such as {@code 14 December 2026, 09:00 (Europe/Berlin)}. */
    String time(Instant at) {
        return "%s (%s)".formatted(TIME.format(at.atZone(zone)), zone);
    }

    /** A month by its name, or the first and the last day. */
    String period(Instant start, Instant end) {
        ZonedDateTime from = start.atZone(zone);
        LocalDate first = from.toLocalDate();
        boolean month = first.getDayOfMonth() == 1
                && from.equals(first.atStartOfDay(zone))
                && end.equals(first.plusMonths(1).atStartOfDay(zone).toInstant());
        return month
                ? MONTH.format(first)
                : "%s to %s"
                        .formatted(
                                DAY.format(first), DAY.format(end.atZone(zone).minusNanos(1)));
    }

    Letter.Link invoice(InvoiceId invoice, String text) {
        return new Letter.Link(text, "%s/invoices/%s".formatted(publicUrl, invoice));
    }

    Letter.Link pdf(InvoiceId invoice) {
        return new Letter.Link("The invoice as a PDF", "%s/invoices/%s.pdf".formatted(publicUrl, invoice));
    }

    Letter.Link page(String path, String text) {
        return new Letter.Link(text, publicUrl + path);
    }
}
