package dev.berth.stripe.server;

import dev.berth.stripe.state.Json;
import dev.berth.stripe.state.Tx;
import dev.berth.stripe.wire.Answer;
import dev.berth.stripe.wire.StripeError;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * Idempotency keys: the first answer to a key is given again for 24 hours, a card that was declined included, and a failure of the
 * server's after it had begun; not a request that was refused as wrong. Source: Stripe's API reference, "Idempotent requests". Safe for use
 * by several threads.
 */
final class Keys {
    private static final String KIND = "_key";
    private static final Duration KEPT = Duration.ofHours(24);
    private static final int LONGEST = 255;

    private final Set<String> running = ConcurrentHashMap.newKeySet();

    /**
     * An answer that was given before.
     *
     * @param request the request it was given to
     */
    record Former(Answer answer, String request) {}

    /** Takes a key for the time of a request; {@link #release} gives it back. */
    void take(String key) {
        if (key.isEmpty() || key.length() > LONGEST) {
            throw StripeError.invalid(
                    null, "Idempotency-Key must be between 1 and %d characters.".formatted(LONGEST), null);
        }
        if (!running.add(key)) {
            throw StripeError.keyInUse(key);
        }
    }

    void release(String key) {
        running.remove(key);
    }

    /** What the key's first request was answered, when it is known still and was this very request. */
    static Optional<Former> former(Tx tx, String key, String request, long now) {
        Optional<ObjectNode> known = tx.find(KIND, key);
        if (known.isEmpty() || Json.number(known.get(), "created") + KEPT.toSeconds() <= now) {
            return Optional.empty();
        }
        if (!Json.text(known.get(), "request").equals(request)) {
            throw StripeError.keyReused(key);
        }
        return Optional.of(new Former(
                new Answer((int) Json.number(known.get(), "status"), Json.child(known.get(), "body")),
                Json.text(known.get(), "request_id")));
    }

    /** Remembers an answer, in the transaction that made it true. */
    static void remember(Tx tx, String key, String request, String requestId, Answer answer, long now) {
        tx.remove(KIND, key);
        tx.put(
                KIND,
                Json.of(
                        "id",
                        key,
                        "request",
                        request,
                        "request_id",
                        requestId,
                        "status",
                        answer.status(),
                        "body",
                        answer.body(),
                        "created",
                        now));
    }
}
