package dev.berth.gateway.portal;

import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.forward.Asker;
import dev.berth.gateway.forward.Evidence;
import dev.berth.schema.id.InvoiceId;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The evidence of an invoice, from its page. */
@Controller
class EvidencePage {
    private final Evidence evidence;

    EvidencePage(Evidence evidence) {
        this.evidence = evidence;
    }

    @GetMapping("/invoices/{id}/evidence")
    @Requires(Scope.BILLING_READ)
    void evidence(
            @PathVariable String id, Principal.Customer visitor, RequestContext context, HttpServletResponse response)
            throws IOException {
        InvoiceId invoice = GivenId.need("invoice", id, InvoiceId::parse);
        evidence.pass(Asker.of(context), invoice, response);
    }
}
