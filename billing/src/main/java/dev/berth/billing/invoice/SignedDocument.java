package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.billing.proof.Canonical;
import dev.berth.billing.proof.HashChain;
import dev.berth.billing.tax.TaxSplit;
import dev.berth.schema.db.billing.tables.records.InvoiceLineRecord;
import dev.berth.schema.db.billing.tables.records.InvoiceRecord;
import dev.berth.schema.wire.Json;
import java.util.ArrayList;
import java.util.List;
import org.jooq.JSONB;
import tools.jackson.databind.node.ObjectNode;

/**
 * The signed form of an invoice: a row for what it says as a whole, and one for each line, each with the hash of all up to it. What
 * tells of its payment is not in it, so it never changes. Pure.
 */
final class SignedDocument {
    private final StringBuilder text = new StringBuilder();
    private String hash = HashChain.DOCUMENT;

    private SignedDocument() {}

    /** A line and its part of the tax. */
    record Taxed(DraftLine line, TaxSplit.Taxed tax) {
        static Taxed of(InvoiceLineRecord row) {
            return new Taxed(
                    new DraftLine(
                            DraftLine.Kind.of(row.getKind()),
                            row.getComponent(),
                            row.getCharge(),
                            row.getWorkloadId(),
                            row.getMonthStart(),
                            row.getDescription(),
                            row.getQuantity(),
                            row.getUnit(),
                            row.getUnitPrice(),
                            row.getAmountMinor(),
                            row.getZeroReason(),
                            row.getOthers()),
                    new TaxSplit.Taxed(
                            row.getTaxGroup(), row.getTaxRate(), row.getReductionMinor(), row.getTaxMinor()));
        }

        static List<Taxed> of(List<DraftLine> lines, TaxedLines taxes) {
            List<Taxed> taxed = new ArrayList<>(lines.size());
            for (DraftLine line : lines) {
                taxed.add(new Taxed(line, taxes.lines().get(taxed.size())));
            }
            return taxed;
        }
    }

    /**
     * Of an invoice.
     *
     * @param inputs what else its lines are made of; see {@link Sealing}
     */
    static SignedDocument of(InvoiceRecord invoice, String number, ObjectNode inputs, List<Taxed> lines) {
        SignedDocument document = new SignedDocument();
        document.add(head(invoice, number, inputs, lines.size()));
        int ordinal = 0;
        for (Taxed line : lines) {
            document.add(DocumentLine.write(invoice.getInvoiceId().toString(), ordinal++, line.line(), line.tax()));
        }
        return document;
    }

    /** Its rows, each with a line feed. */
    String text() {
        return text.toString();
    }

    /** The hash of its last row. */
    String hash() {
        return hash;
    }

    private void add(ObjectNode row) {
        hash = HashChain.link(hash, row);
        text.append(Canonical.text(row)).append('\n');
    }

    private static ObjectNode head(InvoiceRecord invoice, String number, ObjectNode inputs, int lines) {
        ObjectNode row = Json.mapper().createObjectNode();
        row.put("row", "invoice");
        row.put("rules", DocumentLine.RULES);
        row.put("invoice", invoice.getInvoiceId().toString());
        row.put("number", number);
        row.put("account", invoice.getAccountId().toString());
        row.put("kind", invoice.getKind());
        row.put("period_start", invoice.getPeriodStart().toString());
        row.put("period_end", invoice.getPeriodEnd().toString());
        row.put("currency", invoice.getCurrency());
        row.put("subtotal_minor", invoice.getSubtotalMinor());
        row.put("tax_minor", invoice.getTaxMinor());
        row.put("total_minor", invoice.getTotalMinor());
        row.put("tax_group", invoice.getTaxGroup());
        row.put("tax_rate", PriceBookFormat.text(invoice.getTaxRate()));
        row.put("tax_treatment", invoice.getTaxTreatment());
        row.put("tax_note", invoice.getTaxNote());
        json(row, "taxes", invoice.getTaxes());
        row.put("discount_minor", invoice.getDiscountMinor());
        row.put("credits_minor", invoice.getCreditsMinor());
        row.put("price_book", invoice.getPriceBook());
        row.put("price_book_version", invoice.getPriceBookVersion());
        json(row, "components", invoice.getComponents());
        json(row, "bill_to", invoice.getBillTo());
        json(row, "seller", invoice.getSeller());
        row.put("time_zone", invoice.getTimeZone());
        row.put("net_days", invoice.getNetDays());
        row.put("usage_partition", invoice.getUsagePartition());
        row.put("ingestion_cutoff", invoice.getIngestionCutoff());
        row.put("finalized_at", invoice.getFinalizedAt().toString());
        row.put("due_at", invoice.getDueAt().toString());
        row.put("operation", invoice.getOperation());
        row.put("actor", invoice.getActor());
        row.put("caused_at", invoice.getCausedAt().toString());
        row.put("lines", lines);
        row.set("inputs", inputs);
        return row;
    }

    private static void json(ObjectNode row, String field, JSONB value) {
        row.set(field, Json.mapper().readTree(value.data()));
    }
}
