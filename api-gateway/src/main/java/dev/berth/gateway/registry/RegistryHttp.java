package dev.berth.gateway.registry;

import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.Cause;
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

/** Credentials for registries over HTTP; a password is taken and never answered. */
@RestController
class RegistryHttp {
    /** A registry, and what it is shown. */
    record CredentialRequest(
            @Nullable String registry,
            @Nullable String username,
            @Nullable String password) {
        @Override
        public String toString() {
            return "CredentialRequest[registry=" + registry + "]";
        }
    }

    /** What a registry is shown from now on. */
    record NewCredential(
            @Nullable String username, @Nullable String password) {
        @Override
        public String toString() {
            return "NewCredential[]";
        }
    }

    private final RegistryCredentials credentials;

    RegistryHttp(RegistryCredentials credentials) {
        this.credentials = credentials;
    }

    @Requires(Scope.SECRETS_WRITE)
    @PostMapping("/v1/registry_credentials")
    ResponseEntity<RegistryCredentialView> create(
            @RequestBody CredentialRequest request, Principal.Customer customer, Cause cause) {
        RegistryCredentialView made = credentials.create(
                customer.account(), request.registry(), request.username(), request.password(), cause);
        return ResponseEntity.created(URI.create("/v1/registry_credentials/" + made.registry()))
                .body(made);
    }

    @Requires(Scope.SECRETS_READ)
    @GetMapping("/v1/registry_credentials")
    Page<RegistryCredentialView> list(Principal.Customer customer) {
        return new Page<>(credentials.list(customer.account()), null);
    }

    @Requires(Scope.SECRETS_READ)
    @GetMapping("/v1/registry_credentials/{registry}")
    RegistryCredentialView get(@PathVariable String registry, Principal.Customer customer) {
        return credentials.get(customer.account(), registry);
    }

    @Requires(Scope.SECRETS_WRITE)
    @PatchMapping("/v1/registry_credentials/{registry}")
    RegistryCredentialView change(
            @PathVariable String registry,
            @RequestBody NewCredential request,
            Principal.Customer customer,
            Cause cause) {
        return credentials.change(customer.account(), registry, request.username(), request.password(), cause);
    }

    @Requires(Scope.SECRETS_WRITE)
    @DeleteMapping("/v1/registry_credentials/{registry}")
    ResponseEntity<Void> delete(@PathVariable String registry, Principal.Customer customer, Cause cause) {
        credentials.delete(customer.account(), registry, cause);
        return ResponseEntity.noContent().build();
    }
}
