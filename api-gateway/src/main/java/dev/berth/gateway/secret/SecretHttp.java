package dev.berth.gateway.secret;

import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.Cause;
import dev.berth.schema.id.SecretId;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Secrets over HTTP; a value is taken and never answered. */
@RestController
class SecretHttp {
    /** A name and a value. */
    record SecretRequest(@Nullable String name, @Nullable String value) {
        @Override
        public String toString() {
            return "SecretRequest[name=" + name + "]";
        }
    }

    /** Another value. */
    record NewValue(@Nullable String value) {
        @Override
        public String toString() {
            return "NewValue[]";
        }
    }

    private final Secrets secrets;

    SecretHttp(Secrets secrets) {
        this.secrets = secrets;
    }

    @Requires(Scope.SECRETS_WRITE)
    @PostMapping("/v1/secrets")
    ResponseEntity<SecretView> create(@RequestBody SecretRequest request, Principal.Customer customer) {
        SecretView made = secrets.create(customer.account(), request.name(), request.value());
        return ResponseEntity.created(URI.create("/v1/secrets/" + made.id())).body(made);
    }

    @Requires(Scope.SECRETS_READ)
    @GetMapping("/v1/secrets")
    Page<SecretView> list(Principal.Customer customer) {
        return new Page<>(secrets.list(customer.account()), null);
    }

    @Requires(Scope.SECRETS_READ)
    @GetMapping("/v1/secrets/{id}")
    SecretView get(@PathVariable String id, Principal.Customer customer) {
        return secrets.get(customer.account(), parse(id));
    }

    @Requires(Scope.SECRETS_WRITE)
    @PatchMapping("/v1/secrets/{id}")
    SecretView change(
            @PathVariable String id, @RequestBody NewValue request, Principal.Customer customer, Cause cause) {
        return secrets.change(customer.account(), parse(id), request.value(), cause);
    }

    @Requires(Scope.SECRETS_WRITE)
    @DeleteMapping("/v1/secrets/{id}")
    ResponseEntity<Void> delete(@PathVariable String id, Principal.Customer customer) {
        secrets.delete(customer.account(), parse(id));
        return ResponseEntity.noContent().build();
    }

    private static SecretId parse(String id) {
        return Secrets.parse(id).orElseThrow(() -> Secrets.missing(id));
    }
}
