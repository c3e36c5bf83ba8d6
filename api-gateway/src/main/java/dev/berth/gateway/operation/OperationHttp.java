package dev.berth.gateway.operation;

import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.Cause;
import dev.berth.schema.id.OperationId;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Operations over HTTP. */
@RestController
class OperationHttp {
    private final Operations operations;

    OperationHttp(Operations operations) {
        this.operations = operations;
    }

    @Requires(Scope.ACCOUNT_READ)
    @GetMapping("/v1/operations")
    Page<OperationView> list(
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String subject,
            Principal.Customer customer,
            Paging paging) {
        return operations.list(customer, state, subject, paging);
    }

    @Requires(Scope.ACCOUNT_READ)
    @GetMapping("/v1/operations/{id}")
    OperationView get(@PathVariable String id, Principal.Customer customer) {
        return operations.get(customer, parse(id));
    }

    @Requires(Scope.ACCOUNT_READ)
    @PostMapping("/v1/operations/{id}/cancel")
    ResponseEntity<OperationView> cancel(@PathVariable String id, Principal.Customer customer, Cause cause) {
        return ResponseEntity.accepted().body(operations.cancel(customer, parse(id), cause));
    }

    @Requires(Scope.ACCOUNT_READ)
    @PostMapping("/v1/operations/{id}/retry")
    ResponseEntity<OperationView> retry(@PathVariable String id, Principal.Customer customer, Cause cause) {
        OperationView again = operations.retry(customer, parse(id), cause);
        return ResponseEntity.accepted()
                .location(URI.create("/v1/operations/" + again.id()))
                .body(again);
    }

    private static OperationId parse(String id) {
        return Operations.parse(id).orElseThrow(() -> Operations.missing(id));
    }
}
