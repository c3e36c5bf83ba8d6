package dev.berth.billing.invoice;

import static dev.berth.billing.invoice.InvoiceDocument.escaped;
import static dev.berth.billing.invoice.InvoiceDocument.money;

import java.time.ZoneId;

/** A credit note as a page for people, in XHTML, beside the invoice that it takes back from. Pure: the same note is the same text. */
final class CreditNoteDocument {
    private CreditNoteDocument() {}

    /**
     * The page.
     *
     * @param invoice whose buyer and seller it has
     * @param css the style sheet, ours
     */
    static String of(CreditNoteView note, InvoiceView invoice, String css) {
        ZoneId zone = ZoneId.of(invoice.terms().timeZone());
        String number = escaped(note.number());
        StringBuilder facts = new StringBuilder();
        InvoiceDocument.fact(facts, "Number", note.number());
        InvoiceDocument.fact(
                facts, "Date", InvoiceDocument.DAY.format(note.issuedAt().atZone(zone)));
        InvoiceDocument.fact(facts, "Invoice", note.invoiceNumber());
        InvoiceDocument.fact(facts, "Time zone", zone.getId());
        StringBuilder sums = new StringBuilder();
        InvoiceDocument.sum(sums, "", "Net", note.net());
        InvoiceDocument.taxes(sums, note.taxes());
        InvoiceDocument.sum(sums, "total", "Total taken back", note.total());
        InvoiceDocument.sum(sums, "", "No longer owed", note.unpaid());
        InvoiceDocument.sum(sums, "", "As credit", note.credited());
        if (note.refunded().amountMinor() > 0) {
            InvoiceDocument.sum(sums, "", "Paid back", note.refunded());
        }
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <!DOCTYPE html>
                <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
                <head><title>Credit note %1$s</title><style>%2$s</style></head>
                <body>
                <div id="foot">Credit note %1$s · %3$s</div>
                <table class="head"><tr><td>%4$s</td><td><div class="title">Credit note</div></td></tr></table>
                <table class="parties"><tr>
                <td class="to"><div class="label">To</div>%5$s</td>
                <td><table class="facts">%6$s</table></td>
                </tr></table>
                <table class="lines">
                <thead><tr><th>Reason</th><th class="n">Amount before tax</th></tr></thead>
                <tbody><tr><td>%7$s</td><td class="n">%8$s</td></tr></tbody>
                </table>
                <table class="sums">%9$s</table>
                <div class="note">%10$s This note corrects the invoice %11$s, which stays as it is.</div>
                </body></html>
                """.formatted(
                        number,
                        css,
                        escaped(note.id().toString()),
                        InvoiceDocument.seller(invoice),
                        InvoiceDocument.buyer(invoice),
                        facts,
                        escaped(note.reason()),
                        money(note.net()),
                        sums,
                        escaped(invoice.breakdown().taxNote()),
                        escaped(note.invoiceNumber()));
    }
}
