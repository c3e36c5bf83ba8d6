package dev.berth.gateway.portal;

import dev.berth.gateway.forward.BillingShapes;
import dev.berth.gateway.forward.Shapes;
import dev.berth.schema.unit.Money;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An invoice as the pages show it. */
record InvoiceCard(
        String id,
        String number,
        String title,
        String status,
        String tone,
        String period,
        String subtotal,
        @Nullable String tax,
        String total,
        String due,
        boolean payable,
        List<TaxLine> taxes,
        String taxNote,
        @Nullable String credits) {

    static InvoiceCard of(Shapes.Invoice invoice, Format format) {
        Money due = invoice.amountDue();
        boolean payable = invoice.status().equals("final") && due.amountMinor() > 0;
        boolean gathering = invoice.number() == null;
        Money tax = invoice.tax();
        return new InvoiceCard(
                String.valueOf(invoice.id()),
                gathering ? "not final" : String.valueOf(invoice.number()),
                gathering ? "Upcoming invoice" : "Invoice " + invoice.number(),
                payable ? "due" : invoice.status(),
                Format.tone(invoice.status()),
                format.period(invoice.period()),
                format.money(invoice.subtotal()),
                tax == null || tax.amountMinor() == 0 ? null : format.money(tax),
                format.money(invoice.total()),
                format.money(due),
                payable,
                taxes(invoice, format),
                invoice.breakdown() == null ? "" : invoice.breakdown().taxNote(),
                credits(invoice, format));
    }

    /** The tax of one group of rates. */
    record TaxLine(String name, String tax) {}

    private static List<TaxLine> taxes(Shapes.Invoice invoice, Format format) {
        BillingShapes.Breakdown breakdown = invoice.breakdown();
        if (breakdown == null) {
            return List.of();
        }
        return breakdown.taxes().stream()
                .filter(row -> !row.rate().equals("0") || breakdown.taxes().size() > 1)
                .map(row -> new TaxLine(
                        "%s %s %% on %s".formatted(row.label(), Format.percent(row.rate()), format.money(row.base())),
                        format.money(row.tax())))
                .toList();
    }

    private static @Nullable String credits(Shapes.Invoice invoice, Format format) {
        BillingShapes.Breakdown breakdown = invoice.breakdown();
        return breakdown == null || breakdown.credits().amountMinor() == 0 ? null : format.money(breakdown.credits());
    }

    static List<Shapes.InvoiceLine> lines(Shapes.Invoice invoice) {
        return invoice.lines() == null ? List.of() : invoice.lines();
    }

    /** A line. */
    record Line(
            String id,
            String description,
            @Nullable String href,
            String subject,
            String quantity,
            String unit,
            String unitPrice,
            String amount,
            boolean drill) {
        static Line of(Shapes.InvoiceLine line, Shapes.Invoice invoice, Names.Book names, Format format) {
            String subject = line.volume() == null ? line.workload() : line.volume();
            return new Line(
                    String.valueOf(line.id()),
                    line.description(),
                    subject == null ? null : Names.href(subject),
                    names.of(subject),
                    format.decimal(line.quantity()),
                    line.unit(),
                    line.unitPrice() == null
                            ? Format.NONE
                            : format.price(
                                    new BigDecimal(line.unitPrice()),
                                    invoice.total().currency()),
                    format.money(line.amount()),
                    line.id() != null && invoice.number() != null);
        }
    }

    /** A container's time, or a volume's. */
    record Interval(
            String subject,
            @Nullable String engineId,
            String started,
            String finished,
            String seconds,
            String size,
            boolean billed,
            String zeroReason,
            String actor,
            String operation) {
        private static final int SHORT_ID = 12;

        /** With the bytes that it sent out, as they were counted. */
        private static String sent(Shapes.Interval one) {
            Long bytes = one.egressBytes();
            return bytes == null || bytes == 0 ? "" : ", %,d bytes out".formatted(bytes);
        }

        static Interval of(Shapes.Interval one, Format format) {
            Shapes.Cause cause = one.cause();
            String engineId = one.engineId();
            return new Interval(
                    String.valueOf(one.container() == null ? one.volume() : one.container()),
                    engineId == null ? null : engineId.substring(0, Math.min(SHORT_ID, engineId.length())),
                    format.exact(one.startedAt()),
                    format.exact(one.finishedAt()),
                    format.decimal(BigDecimal.valueOf(one.ms(), 3).toPlainString()) + " s",
                    one.volumeGib() != null && one.volumeGib() > 0
                            ? one.volumeGib() + " GiB"
                            : format.size(one.cpuMillis(), one.memoryMib()) + sent(one),
                    one.billed(),
                    one.zeroReason() == null ? "" : one.zeroReason().replace('_', ' '),
                    cause == null || cause.actor() == null ? Format.NONE : cause.actor(),
                    cause == null || cause.operation() == null ? "" : cause.operation());
        }
    }
}
