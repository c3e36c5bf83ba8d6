package dev.berth.billing.stripe;

import com.stripe.model.Dispute;
import dev.berth.billing.payment.DisputeState;
import dev.berth.billing.payment.Disputes;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Disputes as Stripe has them. Thread-safe. */
@Component
public final class StripeDisputes {
    private final StripeApi api;

    public StripeDisputes(StripeApi api) {
        this.api = api;
    }

    /**
     * One as it is now; empty for an inquiry, which takes no money, and for one without a PaymentIntent.
     *
     * @throws Answer.ProviderAway if Stripe does not say
     */
    public Optional<Disputes.Seen> read(String id) {
        Answer<Dispute> read =
                api.read("dispute", (client, options) -> client.v1().disputes().retrieve(id, options));
        if (read instanceof Answer.Refused<Dispute>) {
            return Optional.empty();
        }
        Dispute dispute = read.orElseThrowUnknown();
        if (dispute.getPaymentIntent() == null || dispute.getStatus().startsWith("warning_")) {
            return Optional.empty();
        }
        Dispute.EvidenceDetails evidence = dispute.getEvidenceDetails();
        return Optional.of(new Disputes.Seen(
                dispute.getId(),
                dispute.getPaymentIntent(),
                StripeAmounts.fromStripe(
                        dispute.getAmount(), dispute.getCurrency().toUpperCase(Locale.ROOT)),
                String.valueOf(dispute.getReason()),
                switch (dispute.getStatus()) {
                    case "won", "prevented" -> DisputeState.WON;
                    case "lost" -> DisputeState.LOST;
                    default -> DisputeState.OPEN;
                },
                dispute.getStatus(),
                evidence == null || evidence.getDueBy() == null ? null : Instant.ofEpochSecond(evidence.getDueBy())));
    }
}
