package dev.berth.billing.invoice;

import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.id.InvoiceId;

/** Reads the id of an invoice from a path. */
public final class InvoiceIds {
    private InvoiceIds() {}

    /**
     * The id.
     *
     * @throws Refusal {@code not_found} for what cannot be one
     */
    public static InvoiceId of(String text) {
        try {
            return InvoiceId.parse(text);
        } catch (IllegalArgumentException e) {
            throw unknown(text);
        }
    }

    /** That there is no such invoice, or none that the caller may see. */
    public static Refusal unknown(String text) {
        return new Refusal(
                ErrorCode.NOT_FOUND,
                "There is no invoice %s.".formatted(text.length() > 64 ? text.substring(0, 64) + "…" : text));
    }
}
