package dev.berth.billing.invoice;

import dev.berth.billing.edge.Caller;
import dev.berth.schema.id.InvoiceId;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import org.jooq.DSLContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The evidence of invoices, and invoices computed again. */
@RestController
@RequestMapping("/internal/v1")
class EvidenceHttp {
    /** Rows of JSON, one a line. */
    static final String TYPE = "application/x-ndjson";

    private static final int BUFFER = 64 * 1024;

    private final DSLContext dsl;
    private final Evidence evidence;
    private final Replay replay;
    private final Exports exports;

    EvidenceHttp(DSLContext dsl, Evidence evidence, Replay replay, Exports exports) {
        this.dsl = dsl;
        this.evidence = evidence;
        this.replay = replay;
        this.exports = exports;
    }

    @GetMapping(value = "/invoices/{id}/evidence", produces = TYPE)
    void evidence(Caller caller, @PathVariable String id, HttpServletResponse response) {
        InvoiceId invoice = InvoiceIds.of(id);
        dsl.transaction(configuration -> {
            DSLContext snapshot = configuration.dsl();
            snapshot.execute("set transaction isolation level repeatable read, read only");
            Evidence.Of of = evidence.find(snapshot, invoice, caller::maySee);
            try (Exports.Place place = exports.take(of.invoice().getAccountId())) {
                response.setContentType(TYPE);
                OutputStream out = new BufferedOutputStream(response.getOutputStream(), BUFFER);
                evidence.write(snapshot, of, place.into(out));
                out.flush();
            }
        });
    }

    @PostMapping("/operator/invoices/{id}/replay")
    Replay.Replayed replay(Caller caller, @PathVariable String id) {
        caller.mustBeOperator();
        return replay.of(InvoiceIds.of(id));
    }
}
