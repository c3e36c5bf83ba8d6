package dev.berth.billing.notice;

import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.stripe.StripeProperties;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Takes webhooks in: judged, written down, and nothing else while the sender waits. Thread-safe. */
@Component
public final class Webhooks {
    private final StripeProperties properties;
    private final Notices notices;
    private final InstantSource clock;

    Webhooks(StripeProperties properties, Notices notices, InstantSource clock) {
        this.properties = properties;
        this.notices = notices;
        this.clock = clock;
    }

    /**
     * Takes one.
     *
     * @param body as it was sent, byte for byte
     * @param signature its header {@code Stripe-Signature}
     * @throws Refusal {@code not_found} where none is taken, {@code signature_invalid}, {@code unreadable}
     */
    public void take(String body, String signature) {
        if (!properties.enabled() || properties.webhookSecrets().isEmpty()) {
            throw new Refusal(ErrorCode.NOT_FOUND, "No webhooks of Stripe's are taken here.");
        }
        Optional<String> problem = Signatures.problem(body, signature, properties.webhookSecrets(), clock.instant());
        if (problem.isPresent()) {
            throw new Refusal(ErrorCode.SIGNATURE_INVALID, problem.get());
        }
        Told told = Told.read(body).orElseThrow(() -> new Refusal(ErrorCode.UNREADABLE, "The body is no event."));
        notices.receive(told, body, "webhook");
    }
}
