package dev.berth.gateway.forward;

import dev.berth.schema.id.InvoiceId;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** What proves invoices, as billing writes it. Thread-safe. */
@Component
public class Evidence {
    /** Rows of JSON, one a line. */
    static final String TYPE = "application/x-ndjson";

    private final Downstream downstream;

    Evidence(Downstream downstream) {
        this.downstream = downstream;
    }

    /**
     * Passes the evidence of an invoice on as it comes, as a file to be kept under its id.
     *
     * @throws IOException if it breaks off; then so does the answer, and the file has no last row
     */
    public void pass(Asker asker, InvoiceId invoice, HttpServletResponse response) throws IOException {
        Call call = Call.get(Owner.BILLING, "/internal/v1/invoices/%s/evidence".formatted(invoice), asker);
        pass(call, TYPE, invoice + ".evidence.jsonl", response);
    }

    /** Passes a file on as it comes. */
    void pass(Call call, String type, String name, HttpServletResponse response) throws IOException {
        try (Downstream.Stream source = downstream.stream(call, type)) {
            response.setContentType(source.contentType());
            response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            response.setHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"%s\"".formatted(name));
            source.body().transferTo(response.getOutputStream());
        }
    }

    JsonNode keys(Asker asker) {
        return downstream.json(Call.get(Owner.BILLING, "/internal/v1/signing_keys", asker));
    }
}
