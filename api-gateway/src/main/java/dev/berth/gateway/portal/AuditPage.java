package dev.berth.gateway.portal;

import dev.berth.gateway.audit.AuditEntry;
import dev.berth.gateway.audit.AuditLog;
import dev.berth.gateway.audit.AuditQuery;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The audit log, and whether it is whole. */
@Controller
class AuditPage {
    /** An entry in the table. */
    record Row(
            long seq,
            String time,
            String actor,
            String address,
            String agent,
            String action,
            String subject,
            String result,
            String tone,
            String hash) {
        static Row of(AuditEntry entry, Format format) {
            String tone = entry.result().equals("done") ? "ok" : "bad";
            return new Row(
                    entry.seq(),
                    format.time(entry.at()),
                    entry.actor(),
                    entry.address(),
                    entry.userAgent(),
                    entry.action(),
                    entry.subject(),
                    entry.status() + " " + entry.result(),
                    tone,
                    entry.hash().substring(0, 12));
        }
    }

    private final AuditLog log;
    private final Shells shells;

    AuditPage(AuditLog log, Shells shells) {
        this.log = log;
        this.shells = shells;
    }

    @GetMapping("/audit")
    @Requires(Scope.AUDIT_READ)
    String page(
            @RequestParam(required = false) @Nullable String actor,
            @RequestParam(required = false) @Nullable String action,
            Principal.Customer visitor,
            Paging paging,
            Model model,
            HttpServletRequest request) {
        Format format = shells.dress(model, request);
        Page<AuditEntry> page = log.list(visitor.account(), AuditQuery.parse(actor, action, null, null), paging);
        model.addAttribute(
                "entries",
                page.data().stream().map(entry -> Row.of(entry, format)).toList());
        model.addAttribute("nextCursor", page.nextCursor());
        model.addAttribute("first", paging.isFirst());
        model.addAttribute("actor", Objects.requireNonNullElse(actor, ""));
        model.addAttribute("action", Objects.requireNonNullElse(action, ""));
        model.addAttribute("example", Examples.get(request, "/v1/audit_log/verify"));
        return "audit";
    }
}
