package dev.berth.gateway.factor;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Second factors over HTTP. */
@RestController
class FactorHttp {
    /** A code of the authenticator, or, where one is asked for, one for recovery. */
    record Shown(@Nullable String code) {
        @Override
        public String toString() {
            return "Shown[]"; // never the code
        }
    }

    /** What helps who has lost the authenticator; shown this once. */
    record Confirmed(List<String> recoveryCodes) {
        @Override
        public String toString() {
            return "Confirmed[]"; // never the codes
        }
    }

    private final Factors factors;

    FactorHttp(Factors factors) {
        this.factors = factors;
    }

    @Requires(Scope.ACCOUNT_READ)
    @GetMapping("/v1/second_factor")
    @Requires.OfPerson
    Factors.FactorView view(Principal.Customer customer) {
        return factors.view(customer.user());
    }

    @Requires(Scope.ACCOUNT_READ)
    @PostMapping("/v1/second_factor")
    @Requires.OfPerson
    ResponseEntity<Factors.FactorBegun> begin(Principal.Customer customer) {
        return ResponseEntity.created(URI.create("/v1/second_factor")).body(factors.begin(customer));
    }

    @Requires(Scope.ACCOUNT_READ)
    @PostMapping("/v1/second_factor/confirm")
    @Requires.OfPerson
    Confirmed confirm(@RequestBody Shown shown, Principal.Customer customer) {
        return new Confirmed(factors.confirm(customer, shown.code()));
    }

    @Requires(Scope.ACCOUNT_READ)
    @PostMapping("/v1/second_factor/end")
    @Requires.OfPerson
    ResponseEntity<Void> end(@RequestBody Shown shown, Principal.Customer customer) {
        factors.end(customer, shown.code());
        return ResponseEntity.noContent().build();
    }
}
