package dev.berth.gateway.closing;

import dev.berth.gateway.account.Account;
import dev.berth.gateway.account.Presence;
import dev.berth.gateway.edge.LateTransaction;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.Cause;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Closing and reopening over HTTP. */
@RestController
class ClosingHttp {
    private final Closing closing;

    ClosingHttp(Closing closing) {
        this.closing = closing;
    }

    @Requires(Scope.ACCOUNT_WRITE)
    @PostMapping("/v1/account/close")
    ResponseEntity<Account> close(
            @RequestBody Closing.ClosingProof proof,
            Principal.Customer customer,
            RequestContext context,
            LateTransaction transaction,
            Cause cause) {
        Presence.Shown shown = closing.prepare(customer, proof, context.address());
        transaction.begin();
        return ResponseEntity.status(HttpStatus.ACCEPTED).body(closing.close(customer, shown, cause));
    }

    @Requires(Scope.ACCOUNT_WRITE)
    @PostMapping("/v1/account/reopen")
    ResponseEntity<Account> reopen(Principal.Customer customer, Cause cause) {
        return ResponseEntity.status(HttpStatus.ACCEPTED).body(closing.reopen(customer, cause));
    }
}
