package dev.berth.gateway.operator;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.berth.gateway.edge.OperatorRole;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Requires;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Operators' keys over HTTP. The key in the settings is none of them: it is changed where it stands. */
@RestController
class OperatorKeyHttp {
    /** A key to make. */
    record NewOperatorKey(
            @Nullable String name,
            @Nullable String role,
            @Nullable Instant expiresAt) {}

    /** How long the secret before is let in too. */
    record OperatorKeyRotation(@Nullable Integer overlapS) {}

    /** A key that was made, with the secret that is shown once. */
    record MadeOperatorKey(@JsonUnwrapped OperatorKeyView key, String secret) {
        @Override
        public String toString() {
            return "MadeOperatorKey[key=" + key.id() + "]"; // never the secret
        }
    }

    private final OperatorKeys keys;

    OperatorKeyHttp(OperatorKeys keys) {
        this.keys = keys;
    }

    @Requires.OperatorOnly(OperatorRole.ADMIN)
    @GetMapping("/operator/v1/keys")
    Page<OperatorKeyView> list(Paging paging) {
        return keys.list(paging);
    }

    @Requires.OperatorOnly(OperatorRole.ADMIN)
    @PostMapping("/operator/v1/keys")
    ResponseEntity<MadeOperatorKey> make(@RequestBody NewOperatorKey wanted, Principal.Operator caller) {
        OperatorKeys.Made made = keys.make(caller, wanted.name(), wanted.role(), wanted.expiresAt());
        return ResponseEntity.created(
                        URI.create("/operator/v1/keys/" + made.key().id()))
                .body(new MadeOperatorKey(made.key(), made.secret()));
    }

    @Requires.OperatorOnly(OperatorRole.ADMIN)
    @PostMapping("/operator/v1/keys/{id}/rotate")
    MadeOperatorKey rotate(
            @PathVariable String id, @RequestBody(required = false) @Nullable OperatorKeyRotation rotation) {
        Integer overlap = rotation == null ? null : rotation.overlapS();
        OperatorKeys.Made made = keys.rotate(id, Duration.ofSeconds(overlap == null ? 0 : overlap));
        return new MadeOperatorKey(made.key(), made.secret());
    }

    @Requires.OperatorOnly(OperatorRole.ADMIN)
    @DeleteMapping("/operator/v1/keys/{id}")
    ResponseEntity<Void> revoke(@PathVariable String id) {
        keys.revoke(id);
        return ResponseEntity.noContent().build();
    }
}
