package dev.berth.gateway.audit;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.id.AccountId;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The audit log over HTTP: of the caller's account, and of any for the operator. */
@RestController
class AuditHttp {
    /** An entry and whose it is; null is the operator's own chain. */
    record OfAccount(
            @com.fasterxml.jackson.annotation.JsonInclude @Nullable
            AccountId account,

            @JsonUnwrapped AuditEntry entry) {}

    private final AuditLog log;

    AuditHttp(AuditLog log) {
        this.log = log;
    }

    @Requires(Scope.AUDIT_READ)
    @GetMapping("/v1/audit_log")
    Page<AuditEntry> list(
            @RequestParam(required = false) @Nullable String actor,
            @RequestParam(required = false) @Nullable String action,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            Principal.Customer customer,
            Paging paging) {
        return log.list(customer.account(), AuditQuery.parse(actor, action, from, to), paging);
    }

    @Requires(Scope.AUDIT_READ)
    @GetMapping("/v1/audit_log/verify")
    AuditLog.Verdict verify(@RequestParam(required = false) @Nullable String from, Principal.Customer customer) {
        return log.verify(customer.account(), number(from));
    }

    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @GetMapping("/operator/v1/audit_log")
    Page<OfAccount> all(
            @RequestParam(required = false) @Nullable String account,
            @RequestParam(required = false) @Nullable String actor,
            @RequestParam(required = false) @Nullable String action,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            Paging paging) {
        AccountId of = account(account);
        return log.list(of, AuditQuery.parse(actor, action, from, to), paging).map(entry -> new OfAccount(of, entry));
    }

    @Requires.OperatorOnly(OperatorRole.VIEWER)
    @GetMapping("/operator/v1/audit_log/verify")
    AuditLog.Verdict verifyOf(
            @RequestParam(required = false) @Nullable String account,
            @RequestParam(required = false) @Nullable String from) {
        return log.verify(account(account), number(from));
    }

    private static @Nullable AccountId account(@Nullable String id) {
        return id == null
                ? null
                : GivenId.read(id, AccountId::parse).orElseThrow(() -> Refusal.notFound("account", id));
    }

    private static long number(@Nullable String text) {
        if (text == null) {
            return 1;
        }
        if (!text.matches("[1-9][0-9]{0,17}")) {
            throw Refusal.of(ErrorCode.INVALID, "from is out of range.").field("from", "must be a whole number from 1");
        }
        return Long.parseLong(text);
    }
}
