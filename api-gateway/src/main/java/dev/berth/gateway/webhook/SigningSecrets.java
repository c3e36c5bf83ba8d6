package dev.berth.gateway.webhook;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WebhookEndpointId;
import dev.berth.schema.wire.SecretBox;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Seals the signing secrets of endpoints, and opens them to sign. They are sealed for a name that no secret of a tenant can have, so
 * nothing else can be opened here. Thread-safe.
 */
@Component
class SigningSecrets {
    private final @Nullable SecretBox box;

    SigningSecrets(@Value("${berth.secret-key:}") String key) {
        this.box = key.isBlank() ? null : new SecretBox(key);
    }

    /**
     * Seals one.
     *
     * @throws Refusal if the operator has set no key
     */
    String seal(AccountId account, WebhookEndpointId endpoint, int version, String secret) {
        if (box == null) {
            throw Refusal.of(ErrorCode.NOT_OFFERED_YET, "This Berth keeps no secrets, so it can sign no webhooks.")
                    .hint("The operator sets BERTH_SECRET_KEY.");
        }
        return box.seal(account, name(endpoint), version, secret);
    }

    /**
     * Opens one.
     *
     * @throws IllegalArgumentException if it was sealed by a key that is not set here
     */
    String open(AccountId account, WebhookEndpointId endpoint, int version, String sealed) {
        if (box == null) {
            throw new IllegalArgumentException("no key is set that opens the signing secret (BERTH_SECRET_KEY)");
        }
        return box.open(account, name(endpoint), version, sealed);
    }

    private static String name(WebhookEndpointId endpoint) {
        return "webhook/" + endpoint;
    }
}
