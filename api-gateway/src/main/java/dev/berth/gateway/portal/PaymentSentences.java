package dev.berth.gateway.portal;

import dev.berth.gateway.feed.FeedEvent;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/** What payments, disputes and refunds are called in the list of events. */
final class PaymentSentences {
    private PaymentSentences() {}

    static Sentences.Text of(FeedEvent event, String amount, Format format, String invoice) {
        JsonNode data = event.data();
        return switch (event.type()) {
            case "payment.action_required" ->
                new Sentences.Text(
                        "warn",
                        "Your bank asks you to confirm a payment of " + amount,
                        "until " + format.time(at(data, "deadline")),
                        invoice);
            case "payment.retry_scheduled" ->
                new Sentences.Text(
                        "warn",
                        "A payment of %s is tried again".formatted(amount),
                        format.time(at(data, "next_attempt_at")),
                        invoice);
            case "payment.dispute_opened" ->
                new Sentences.Text(
                        "bad",
                        "Your bank contests a payment of " + amount,
                        data.path("reason").asString(""),
                        invoice);
            case "refund.succeeded" -> new Sentences.Text("ok", amount + " was paid back", null, invoice);
            case "refund.failed" ->
                new Sentences.Text(
                        "warn",
                        amount + " could not be paid back and is credit now",
                        data.path("message").asString(""),
                        invoice);
            default ->
                new Sentences.Text(
                        "info",
                        "The dispute over %s is closed".formatted(amount),
                        data.path("won").asBoolean(false) ? "the payment stands" : "the money went back",
                        invoice);
        };
    }

    private static Instant at(JsonNode data, String field) {
        return Instant.parse(data.path(field).asString());
    }
}
