package dev.berth.billing.proof;

import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.Page;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The public keys of invoices, for everybody; a new one, by the operator. */
@RestController
@RequestMapping("/internal/v1")
class SigningKeysHttp {
    private final SigningKeys keys;

    SigningKeysHttp(SigningKeys keys) {
        this.keys = keys;
    }

    @GetMapping("/signing_keys")
    Page<SigningKeys.SigningKey> list() {
        return new Page<>(List.copyOf(keys.all()), null);
    }

    @PostMapping("/operator/signing_keys/rotate")
    SigningKeys.SigningKey rotate(
            Caller caller, @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String requestKey) {
        caller.mustBeOperator();
        return keys.rotate(requestKey);
    }
}
