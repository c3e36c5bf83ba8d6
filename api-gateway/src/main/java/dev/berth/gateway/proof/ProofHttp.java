package dev.berth.gateway.proof;

import dev.berth.gateway.edge.LateTransaction;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Proofs of addresses and new passwords over HTTP. */
@RestController
class ProofHttp {
    /** Whose password is to be set anew. */
    record Forgotten(@Nullable String email) {}

    /** What it is to be. */
    record Chosen(@Nullable String password) {
        @Override
        public String toString() {
            return "Chosen[]"; // never the password
        }
    }

    private final Proofs proofs;

    ProofHttp(Proofs proofs) {
        this.proofs = proofs;
    }

    @Requires(Scope.ACCOUNT_READ)
    @PostMapping("/v1/email_verification")
    ResponseEntity<Void> ask(Principal.Customer customer) {
        proofs.askVerification(customer.user());
        return ResponseEntity.accepted().build();
    }

    @Requires.Open
    @PostMapping("/v1/email_verification/{token}")
    ResponseEntity<Void> verify(@PathVariable String token) {
        proofs.verify(token);
        return ResponseEntity.noContent().build();
    }

    @Requires.Open
    @PostMapping("/v1/password_reset")
    ResponseEntity<Void> forgotten(@RequestBody Forgotten forgotten, RequestContext context) {
        proofs.askReset(forgotten.email(), context.address());
        return ResponseEntity.accepted().build();
    }

    @Requires.Open
    @PostMapping("/v1/password_reset/{token}")
    ResponseEntity<Void> reset(@PathVariable String token, @RequestBody Chosen chosen, LateTransaction transaction) {
        Proofs.NewPassword wanted = proofs.prepare(token, chosen.password());
        transaction.begin();
        proofs.set(wanted);
        return ResponseEntity.noContent().build();
    }
}
