package dev.berth.billing.notice;

import dev.berth.billing.edge.Caller;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Page;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.stripe.Answer;
import dev.berth.billing.stripe.StripeProperties;
import dev.berth.schema.db.billing.tables.records.ProviderEventRecord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Stripe's webhooks, as the gateway passes them on, and what the operator sees of them. */
@RestController
@RequestMapping("/internal/v1")
class NoticeHttp {
    private static final List<String> STATES = List.of("received", "applied", "ignored", "quarantined");

    private final StripeProperties properties;
    private final Notices notices;
    private final Reconciliation reconciliation;
    private final Webhooks webhooks;

    NoticeHttp(StripeProperties properties, Notices notices, Reconciliation reconciliation, Webhooks webhooks) {
        this.properties = properties;
        this.notices = notices;
        this.reconciliation = reconciliation;
        this.webhooks = webhooks;
    }

    /** A webhook: the body as it came, byte for byte, and its header. */
    record Webhook(@Nullable String body, @Nullable String signature) {}

    record Received(boolean received) {}

    record EventView(
            String id,
            String type,
            @Nullable String apiVersion,
            String object,
            String state,
            String via,
            int deliveries,
            int attempts,
            @Nullable String reason,
            Instant occurredAt,
            Instant receivedAt,
            @Nullable Instant finishedAt) {
        static EventView of(ProviderEventRecord row) {
            return new EventView(
                    row.getEventReference(),
                    row.getType(),
                    row.getApiVersion(),
                    row.getObjectId(),
                    row.getState(),
                    row.getVia(),
                    row.getDeliveries(),
                    row.getAttempts(),
                    row.getReason(),
                    row.getOccurredAt(),
                    row.getReceivedAt(),
                    row.getFinishedAt());
        }
    }

    @PostMapping("/stripe/webhook")
    Received webhook(Caller caller, @RequestBody Webhook webhook) {
        webhooks.take(
                webhook.body() == null ? "" : webhook.body(), webhook.signature() == null ? "" : webhook.signature());
        return new Received(true);
    }

    @GetMapping("/operator/stripe/events")
    Page<EventView> events(
            Caller caller,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable Integer limit) {
        caller.mustBeOperator();
        if (state != null && !STATES.contains(state)) {
            throw Refusal.invalid("state", "one of " + String.join(", ", STATES));
        }
        return new Page<>(
                notices.latest(state, Page.limit(limit)).stream()
                        .map(EventView::of)
                        .toList(),
                null);
    }

    @PostMapping("/operator/stripe/events/{id}/replay")
    EventView replay(Caller caller, @PathVariable String id) {
        caller.mustBeOperator();
        notices.release(id); // one that is not in quarantine stays as it is
        return notices.find(id)
                .map(EventView::of)
                .orElseThrow(() -> new Refusal(ErrorCode.NOT_FOUND, "There is no event of that id."));
    }

    @PostMapping("/operator/stripe/reconcile")
    Reconciliation.Pass reconcile(Caller caller) {
        caller.mustBeOperator();
        if (!properties.enabled()) {
            throw new Refusal(ErrorCode.PAYMENT_PROVIDER_NOT_SET, "Stripe is not set up here.");
        }
        try {
            return reconciliation.run();
        } catch (Answer.ProviderAway e) {
            throw new Refusal(ErrorCode.PAYMENT_PROVIDER_UNAVAILABLE, "The list of events was not read to its end.");
        }
    }
}
