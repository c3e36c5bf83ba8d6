package dev.berth.billing.invoice;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.unit.Money;
import java.time.Instant;
import java.util.List;

/**
 * A credit note as the API shows it: what it takes back of an invoice.
 *
 * @param taxes for each group of rates the base and the tax that it takes back
 * @param unpaid the part of the total that was still owed and is no more
 * @param credited the part that became credit
 * @param refunded the part that was to be paid back when it was issued; its refunds say what became of it
 */
public record CreditNoteView(
        CreditNoteId id,
        String number,
        InvoiceId invoice,
        String invoiceNumber,
        AccountId account,
        Money net,
        Money tax,
        Money total,
        List<InvoiceBreakdown.TaxRow> taxes,
        Money unpaid,
        Money credited,
        Money refunded,
        String reason,
        Instant issuedAt) {}
