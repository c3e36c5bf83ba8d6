package dev.berth.billing.invoice;

import dev.berth.billing.rating.Quantities;
import dev.berth.schema.unit.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An invoice as a page for people, in XHTML: who sells, who buys, the number, the period, each line with its tax rate, what is due and
 * until when. Pure: the same invoice is the same text. All that a customer wrote is escaped.
 */
final class InvoiceDocument {
    static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("d MMMM uuuu HH:mm:ss.SSS", Locale.ENGLISH);
    private static final int QUANTITY_DECIMALS = 6;

    private final InvoiceView invoice;
    private final ZoneId zone;

    private InvoiceDocument(InvoiceView invoice) {
        this.invoice = invoice;
        this.zone = ZoneId.of(invoice.terms().timeZone());
    }

    /**
     * The page.
     *
     * @param css the style sheet, ours
     */
    static String of(InvoiceView invoice, String css) {
        return new InvoiceDocument(invoice).page(css);
    }

    private String page(String css) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <!DOCTYPE html>
                <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
                <head><title>Invoice %1$s</title><style>%2$s</style></head>
                <body>
                <div id="foot">%3$s · Invoice %1$s · %4$s</div>
                <table class="head"><tr><td>%11$s</td><td><div class="title">Invoice</div>%5$s</td></tr></table>
                <table class="parties"><tr>
                <td class="to"><div class="label">Bill to</div>%6$s</td>
                <td><table class="facts">%7$s</table></td>
                </tr></table>
                <table class="lines">
                <thead><tr><th>Description</th><th class="n">Quantity</th><th class="n">Unit price</th><th class="n">Amount</th></tr></thead>
                <tbody>%8$s</tbody>
                </table>
                <table class="sums">%9$s</table>
                <div class="note">%10$s</div>
                </body></html>
                """.formatted(
                        escaped(number()),
                        css,
                        escaped(text(invoice.terms().seller(), "name")),
                        escaped(String.valueOf(invoice.id())),
                        stamp(),
                        buyer(invoice),
                        facts(),
                        lines(),
                        sums(),
                        note(),
                        seller(invoice));
    }

    private String number() {
        String number = invoice.number();
        return number == null ? "" : number;
    }

    private String stamp() {
        Instant paid = invoice.paidAt();
        Instant voided = invoice.voidedAt();
        if (voided != null) {
            return "<div class=\"stamp void\">Void since %s</div>".formatted(day(voided));
        }
        if (paid != null) {
            return "<div class=\"stamp\">Paid on %s</div>".formatted(day(paid));
        }
        return "<div class=\"stamp due\">%s due</div>".formatted(money(invoice.amountDue()));
    }

    /** Who sells, with what the law wants of it. */
    static String seller(InvoiceView invoice) {
        StringBuilder html = new StringBuilder("<div class=\"seller\">")
                .append(escaped(text(invoice.terms().seller(), "name")))
                .append("</div>");
        party(html, invoice.terms().seller());
        return html.toString();
    }

    /** Who buys. */
    static String buyer(InvoiceView invoice) {
        JsonNode to = invoice.terms().billTo();
        StringBuilder html =
                new StringBuilder("<div>").append(escaped(text(to, "name"))).append("</div>");
        party(html, to);
        String email = text(to, "email");
        if (!email.isEmpty()) {
            html.append("<div>").append(escaped(email)).append("</div>");
        }
        return html.append("<div class=\"fine\">Account ")
                .append(escaped(invoice.account().toString()))
                .append("</div>")
                .toString();
    }

    /** Address, country and VAT id, as far as they are known. */
    private static void party(StringBuilder html, @Nullable JsonNode party) {
        text(party, "address")
                .lines()
                .forEach(line -> html.append("<div>").append(escaped(line)).append("</div>"));
        String country = text(party, "country");
        if (!country.isEmpty()) {
            html.append("<div>")
                    .append(escaped(Locale.of("", country).getDisplayCountry(Locale.ENGLISH)))
                    .append("</div>");
        }
        String vatId = text(party, "vat_id");
        if (!vatId.isEmpty()) {
            html.append("<div>VAT id ").append(escaped(vatId)).append("</div>");
        }
    }

    private String facts() {
        StringBuilder html = new StringBuilder();
        fact(html, "Number", number());
        fact(html, "Date", invoice.finalizedAt() == null ? "" : day(invoice.finalizedAt()));
        fact(html, "Due", invoice.dueAt() == null ? "" : day(invoice.dueAt()));
        fact(html, "Period", period());
        fact(html, "Time zone", zone.getId());
        return html.toString();
    }

    static void fact(StringBuilder html, String name, String value) {
        if (!value.isEmpty()) {
            html.append("<tr><td class=\"label\">%s</td><td>%s</td></tr>".formatted(name, escaped(value)));
        }
    }

    /** Whole days as such, the last one included; else to the millisecond, since that is what was billed. */
    private String period() {
        LocalDateTime start = invoice.period().start().atZone(zone).toLocalDateTime();
        LocalDateTime end = invoice.period().end().atZone(zone).toLocalDateTime();
        boolean days = start.equals(start.toLocalDate().atStartOfDay())
                && end.equals(end.toLocalDate().atStartOfDay());
        return days
                ? "%s – %s".formatted(DAY.format(start), DAY.format(end.minusDays(1)))
                : "%s – %s".formatted(MINUTE.format(start), MINUTE.format(end));
    }

    private String lines() {
        StringBuilder html = new StringBuilder();
        for (InvoiceView.Line line : invoice.lines()) {
            String subject = line.workload() != null
                    ? String.valueOf(line.workload())
                    : line.volume() == null ? "" : String.valueOf(line.volume());
            html.append("<tr><td>")
                    .append(escaped(line.description()))
                    .append(rateOf(line))
                    .append(subject.isEmpty() ? "" : "<div class=\"small\">%s</div>".formatted(escaped(subject)))
                    .append("</td><td class=\"q\">")
                    .append(escaped(quantity(line)))
                    .append("</td><td class=\"n\">")
                    .append(escaped(line.unitPrice()))
                    .append("</td><td class=\"n\">")
                    .append(money(line.amount()))
                    .append("</td></tr>");
        }
        return html.toString();
    }

    /** Which rate a line bears, where there are several. */
    private String rateOf(InvoiceView.Line line) {
        boolean bears = line.tax().amountMinor() != 0 || !line.taxRate().equals("0");
        return bears && invoice.breakdown().taxes().size() > 1
                ? "<div class=\"small\">tax %s %%</div>".formatted(percent(new BigDecimal(line.taxRate())))
                : "";
    }

    /** At most six decimals, which are rounded; the API and the evidence have all of them. */
    private static String quantity(InvoiceView.Line line) {
        if (line.quantity().isEmpty()) {
            return "";
        }
        BigDecimal exact = new BigDecimal(line.quantity());
        boolean cut = exact.scale() > QUANTITY_DECIMALS;
        BigDecimal shown = cut ? exact.setScale(QUANTITY_DECIMALS, RoundingMode.HALF_UP) : exact;
        return "%s%s %s"
                .formatted(cut ? "≈ " : "", shown.toPlainString(), unit(line))
                .strip();
    }

    private static String unit(InvoiceView.Line line) {
        return switch (line.component()) {
            case "container_seconds" -> "s";
            case "vcpu_seconds" -> "vCPU-s";
            case "gib_seconds" -> "GiB-s";
            case Quantities.VOLUME -> "GiB-h";
            case Quantities.EGRESS -> "GiB";
            default -> line.unit();
        };
    }

    private String sums() {
        StringBuilder html = new StringBuilder();
        sum(html, "", "Subtotal", invoice.subtotal());
        if (invoice.breakdown().taxes().isEmpty()) {
            sum(html, "", "Tax %s %%".formatted(percent(invoice.terms().taxRate())), invoice.tax());
        }
        taxes(html, invoice.breakdown().taxes());
        sum(html, "total", "Total", invoice.total());
        if (invoice.breakdown().credits().amountMinor() != 0) {
            sum(html, "", "Paid from credit", invoice.breakdown().credits());
        }
        if (!invoice.total().equals(invoice.amountDue())) {
            sum(html, "", "Due", invoice.amountDue());
        }
        return html.toString();
    }

    /** A row for each group of rates, with its base where there are several. */
    static void taxes(StringBuilder html, List<InvoiceBreakdown.TaxRow> taxes) {
        for (InvoiceBreakdown.TaxRow tax : taxes) {
            String rate = "%s %s %%".formatted(escaped(tax.label()), percent(new BigDecimal(tax.rate())));
            sum(html, "", taxes.size() == 1 ? rate : "%s on %s".formatted(rate, money(tax.base())), tax.tax());
        }
    }

    private static String percent(BigDecimal rate) {
        return rate.movePointRight(2).stripTrailingZeros().toPlainString();
    }

    static void sum(StringBuilder html, String kind, String name, Money money) {
        html.append("<tr class=\"%s\"><td>%s</td><td class=\"n\">%s</td></tr>".formatted(kind, name, money(money)));
    }

    private String note() {
        InvoiceView.Terms terms = invoice.terms();
        String law = invoice.breakdown().taxNote();
        return (law.isEmpty() ? "" : "<div class=\"law\">%s</div>".formatted(escaped(law)))
                + """
                Prices: book %s, version %d. Use is measured in whole milliseconds, from the start and stop of each container as its engine \
                recorded them, up to %s. Every line can be followed down to them in the portal and the API, under %s.""".formatted(
                                escaped(terms.priceBook()),
                                terms.priceBookVersion(),
                                MINUTE.format(terms.cutOffs().eventTime().atZone(zone)),
                                escaped(String.valueOf(invoice.id())));
    }

    private String day(Instant at) {
        return DAY.format(at.atZone(zone));
    }

    private static String text(@Nullable JsonNode node, String field) {
        return node == null ? "" : node.path(field).asString("");
    }

    /** With the currency's own decimals, thousands apart, and its code, since a sign may be several currencies'. */
    static String money(Money money) {
        int decimals = Currency.getInstance(money.currency()).getDefaultFractionDigits();
        BigDecimal major = BigDecimal.valueOf(money.amountMinor(), decimals);
        return "%s %s".formatted(String.format(Locale.ROOT, "%%,.%df".formatted(decimals), major), money.currency());
    }

    /** As text of XML; characters that XML does not have are left out. */
    static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                default -> out.append(isOfXml(c) ? Character.toString(c) : "");
            }
        });
        return out.toString();
    }

    /** Of the characters of XML 1.0 those that may stand in a line. */
    private static boolean isOfXml(int c) {
        boolean control = c < 0x20 || c == 0x7f;
        boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
        return !control && !surrogate && c != 0xfffe && c != 0xffff;
    }
}
