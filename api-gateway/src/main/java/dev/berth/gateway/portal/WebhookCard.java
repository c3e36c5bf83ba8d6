package dev.berth.gateway.portal;

import dev.berth.gateway.webhook.DeliveryState;
import dev.berth.gateway.webhook.DeliveryView;
import dev.berth.gateway.webhook.EndpointView;
import org.jspecify.annotations.Nullable;

/** An endpoint of webhooks as the pages show it. */
record WebhookCard(
        String id,
        String url,
        String description,
        String gets,
        String events,
        boolean disabled,
        String state,
        String tone,
        @Nullable String why,
        String succeeded,
        @Nullable String overlap,
        String made) {
    static WebhookCard of(EndpointView view, Format format) {
        boolean failing = !view.disabled() && view.failingSince() != null;
        String why = failing ? "since " + format.time(view.failingSince()) : view.disabledReason();
        return new WebhookCard(
                view.id().toString(),
                view.url(),
                view.description(),
                view.events().isEmpty() ? "everything" : "some",
                view.events().isEmpty() ? "all events" : String.join(", ", view.events()),
                view.disabled(),
                view.disabled() ? "disabled" : failing ? "failing" : "enabled",
                view.disabled() ? view.disabledReason() == null ? "" : "bad" : failing ? "warn" : "ok",
                why,
                view.succeededAt() == null ? "never" : format.time(view.succeededAt()),
                view.previousSecretUntil() == null ? null : format.time(view.previousSecretUntil()),
                format.time(view.createdAt()));
    }

    /** A box to tick. */
    record Kind(String text, boolean chosen) {}

    /** What a state is called on the pages. */
    static String name(DeliveryState state) {
        return switch (state) {
            case WAITING -> "Waiting";
            case SENDING -> "Sending";
            case SUCCEEDED -> "Succeeded";
            case FAILED -> "Failed";
            case HELD -> "Held";
        };
    }

    private static String tone(DeliveryState state) {
        return switch (state) {
            case WAITING, SENDING -> "info";
            case SUCCEEDED -> "ok";
            case FAILED -> "bad";
            case HELD -> "warn";
        };
    }

    /**
     * A delivery in the table, and on its own page.
     *
     * @param soon whether it is another in a moment
     */
    record Row(
            String id,
            String event,
            String type,
            boolean test,
            String state,
            String tone,
            boolean pending,
            boolean soon,
            @Nullable String message,
            String status,
            int attempts,
            String made,
            @Nullable String next) {
        static Row of(DeliveryView view, Format format) {
            return new Row(
                    view.id().toString(),
                    view.event().toString(),
                    view.type(),
                    view.test(),
                    view.state().text(),
                    WebhookCard.tone(view.state()),
                    view.state().isPending(),
                    view.state() == DeliveryState.SENDING
                            || (view.state() == DeliveryState.WAITING && view.attempts() == 0),
                    view.message(),
                    view.status() == null ? Format.NONE : view.status().toString(),
                    view.attempts(),
                    format.time(view.createdAt()),
                    view.nextAttemptAt() == null ? null : format.time(view.nextAttemptAt()));
        }
    }

    /** An attempt on the page of a delivery. */
    record Tried(
            int number,
            String started,
            String took,
            String status,
            String tone,
            String word,
            @Nullable String message,
            @Nullable String response) {
        static Tried of(DeliveryView.Attempt one, Format format) {
            boolean under = one.endedAt() == null;
            boolean failed = one.message() != null;
            return new Tried(
                    one.number(),
                    format.time(one.startedAt()),
                    one.durationMs() == null ? Format.NONE : format.duration(one.durationMs()),
                    one.status() == null ? Format.NONE : one.status().toString(),
                    under ? "info" : failed ? "bad" : "ok",
                    under ? "under way" : failed ? "failed" : "taken",
                    one.message(),
                    one.response() == null || one.response().isBlank() ? null : one.response());
        }
    }
}
