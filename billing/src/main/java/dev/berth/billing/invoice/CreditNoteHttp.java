package dev.berth.billing.invoice;

import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Page;
import dev.berth.billing.edge.Refusal;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditNoteId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Credit notes as the customer reads them; the operator makes them where they can be paid back. */
@RestController
@RequestMapping("/internal/v1")
class CreditNoteHttp {
    private final CreditNotes notes;
    private final InvoiceReader invoices;
    private final InvoicePdf pdf;

    CreditNoteHttp(CreditNotes notes, InvoiceReader invoices, InvoicePdf pdf) {
        this.notes = notes;
        this.invoices = invoices;
        this.pdf = pdf;
    }

    @GetMapping("/credit_notes")
    Page<CreditNoteView> list(
            Caller caller,
            @RequestParam(required = false) @Nullable String invoice,
            @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        Optional<AccountId> account = caller.accountIfAny();
        if (account.isEmpty()) {
            caller.mustBeOperator();
        }
        CreditNoteId before;
        try {
            before = cursor == null ? null : CreditNoteId.parse(cursor);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("cursor", "take it from next_cursor of the page before");
        }
        return notes.page(
                account.orElse(null), invoice == null ? null : InvoiceIds.of(invoice), before, Page.limit(limit));
    }

    @GetMapping("/credit_notes/{id}")
    CreditNoteView get(Caller caller, @PathVariable String id) {
        return visible(caller, id);
    }

    @GetMapping(value = "/credit_notes/{id}/pdf", produces = MediaType.APPLICATION_PDF_VALUE)
    byte[] pdf(Caller caller, @PathVariable String id) {
        CreditNoteView note = visible(caller, id);
        return pdf.of(note, invoices.find(note.invoice()).orElseThrow());
    }

    private CreditNoteView visible(Caller caller, String id) {
        CreditNoteId note;
        try {
            note = CreditNoteId.parse(id);
        } catch (IllegalArgumentException e) {
            throw unknown(id);
        }
        return notes.find(note).filter(view -> caller.maySee(view.account())).orElseThrow(() -> unknown(id));
    }

    private static Refusal unknown(String id) {
        return new Refusal(ErrorCode.NOT_FOUND, "There is no credit note %s.".formatted(id));
    }
}
