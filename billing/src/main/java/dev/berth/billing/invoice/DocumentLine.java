package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.billing.proof.Fields;
import dev.berth.billing.rating.Quantities;
import dev.berth.billing.tax.TaxSplit;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A line of an invoice as a row of its document. Pure. */
final class DocumentLine {
    /** The version of the rules by which lines are made of use: rounding, splits, proration, folding, tax. */
    static final String RULES = "1";

    private DocumentLine() {}

    /** The row, without its hash. */
    static ObjectNode write(String invoice, int ordinal, DraftLine line, TaxSplit.Taxed tax) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("row", "line");
        row.put("invoice", invoice);
        row.put("ordinal", ordinal);
        row.put("kind", line.kind().text());
        row.put("component", line.component());
        row.put("charge", line.charge());
        WorkloadId subject = line.workload();
        if (subject != null && ofVolume(line.component())) {
            row.put("volume", new VolumeId(subject.uuid()).toString());
        } else if (subject != null) {
            row.put("workload", subject.toString());
        }
        row.put("month_start", line.monthStart().toString());
        row.put("description", line.description());
        row.put("quantity", PriceBookFormat.text(line.quantity()));
        row.put("unit", line.unit());
        row.put("unit_price", line.unitPrice());
        row.put("amount_minor", line.amountMinor());
        row.put("tax_group", tax.group());
        row.put("tax_rate", PriceBookFormat.text(tax.rate()));
        row.put("reduction_minor", tax.reductionMinor());
        row.put("tax_minor", tax.taxMinor());
        if (line.zeroReason() != null) {
            row.put("zero_reason", line.zeroReason());
        }
        row.put("others", line.others());
        return row;
    }

    /**
     * Reads a row.
     *
     * @throws Fields.Wrong if a field is not what the format says
     */
    static DraftLine read(ObjectNode row) {
        return new DraftLine(
                Fields.parsed(row, "kind", "a kind of line that is known here", DraftLine.Kind::of),
                Fields.text(row, "component"),
                Fields.text(row, "charge"),
                subject(row),
                Fields.instant(row, "month_start"),
                Fields.text(row, "description"),
                Fields.decimal(row, "quantity"),
                Fields.text(row, "unit"),
                Fields.text(row, "unit_price"),
                Fields.whole(row, "amount_minor"),
                Fields.optional(row, "zero_reason"),
                Fields.flag(row, "others"));
    }

    private static @Nullable WorkloadId subject(ObjectNode row) {
        if (row.has("volume")) {
            return new WorkloadId(Fields.parsed(row, "volume", "the id of a volume", VolumeId::parse)
                    .uuid());
        }
        return row.has("workload") ? Fields.parsed(row, "workload", "the id of a workload", WorkloadId::parse) : null;
    }

    private static boolean ofVolume(String component) {
        return component.equals(Quantities.VOLUME);
    }
}
