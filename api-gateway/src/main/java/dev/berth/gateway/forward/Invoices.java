package dev.berth.gateway.forward;

import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Sort;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.InvoiceLineId;
import dev.berth.schema.wire.Json;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Invoices as billing answers them. Thread-safe. */
@Component
public class Invoices {
    private static final String PATH = "/internal/v1/invoices";

    private final Downstream downstream;

    Invoices(Downstream downstream) {
        this.downstream = downstream;
    }

    JsonNode list(Asker asker, @Nullable String status, Sort sort, Paging paging) {
        return ContainersHttp.sorted(
                downstream, Call.get(Owner.BILLING, PATH, asker).with("status", status), sort, paging);
    }

    JsonNode get(Asker asker, InvoiceId invoice) {
        return downstream.json(Call.get(Owner.BILLING, PATH + "/" + invoice, asker));
    }

    /** One as a PDF to be kept under its id. */
    public ResponseEntity<byte[]> printed(Asker asker, InvoiceId invoice) {
        return downstream.pdf(Call.get(Owner.BILLING, "%s/%s/pdf".formatted(PATH, invoice), asker), invoice);
    }

    JsonNode intervals(Asker asker, InvoiceId invoice, InvoiceLineId line, Paging paging) {
        String path = "%s/%s/lines/%s/intervals".formatted(PATH, invoice, line);
        return downstream.json(ContainersHttp.page(Call.get(Owner.BILLING, path, asker), paging));
    }

    JsonNode pay(Asker asker, InvoiceId invoice, Payment payment) {
        return downstream.json(Call.post(Owner.BILLING, PATH + "/" + invoice + "/pay", asker, payment.body()));
    }

    JsonNode payments(Asker asker, InvoiceId invoice) {
        return downstream.json(Call.get(Owner.BILLING, "%s/%s/payments".formatted(PATH, invoice), asker));
    }

    /** The attempts to pay one, read; the newest first. */
    public CardShapes.AttemptPage readPayments(Asker asker, InvoiceId invoice) {
        return Json.mapper().treeToValue(payments(asker, invoice), CardShapes.AttemptPage.class);
    }

    /** A page, read. */
    public Shapes.InvoicePage readPage(Asker asker, Paging paging) {
        return Json.mapper()
                .treeToValue(list(asker, null, ContainersHttp.byTime(null), paging), Shapes.InvoicePage.class);
    }

    /** One, read. */
    public Shapes.Invoice read(Asker asker, InvoiceId invoice) {
        return Json.mapper().treeToValue(get(asker, invoice), Shapes.Invoice.class);
    }

    /** What a line was made of, read. */
    public Shapes.IntervalPage readIntervals(Asker asker, InvoiceId invoice, InvoiceLineId line, Paging paging) {
        return Json.mapper().treeToValue(intervals(asker, invoice, line, paging), Shapes.IntervalPage.class);
    }

    /** Pays one and answers it. */
    public Shapes.Invoice paid(Asker asker, InvoiceId invoice, Payment payment) {
        return Json.mapper().treeToValue(pay(asker, invoice, payment), Shapes.Invoice.class);
    }
}
