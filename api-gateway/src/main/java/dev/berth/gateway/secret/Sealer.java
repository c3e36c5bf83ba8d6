package dev.berth.gateway.secret;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.SecretBox;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Seals what is kept for accounts and shown to nobody, by the operator's key. Thread-safe. */
@Component
public class Sealer {
    private final @Nullable SecretBox box;

    Sealer(@Value("${berth.secret-key:}") String key) {
        this.box = key.isBlank() ? null : new SecretBox(key);
    }

    /**
     * Seals a value for an account, a name and a version.
     *
     * @throws Refusal if the operator has set no key
     */
    public String seal(AccountId account, String name, int version, String value) {
        if (box == null) {
            throw Refusal.of(ErrorCode.NOT_OFFERED_YET, "This Berth keeps no secrets.")
                    .hint("The operator sets BERTH_SECRET_KEY, the same for gateway and provisioner.");
        }
        return box.seal(account, name, version, value);
    }
}
