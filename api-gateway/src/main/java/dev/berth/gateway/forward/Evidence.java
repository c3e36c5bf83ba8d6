package dev.berth.gateway.forward;

import dev.berth.schema.id.InvoiceId;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
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
        try (Downstream.Stream source = downstream.stream(call, TYPE)) {
            response.setContentType(source.contentType());
            response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            response.setHeader(
                    HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"%s.evidence.jsonl\"".formatted(invoice));
            source.body().transferTo(response.getOutputStream());
        }
    }

    /** A file that has no last row to tell that it is whole: all of it, or a refusal. */
    ResponseEntity<byte[]> whole(Call call, String type, String name) {
        byte[] file = downstream.bytes(call, type);
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType(type + ";charset=UTF-8"))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"%s\"".formatted(name))
                .body(file);
    }

    JsonNode keys(Asker asker) {
        return downstream.json(Call.get(Owner.BILLING, "/internal/v1/signing_keys", asker));
    }
}
