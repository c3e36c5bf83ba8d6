package dev.berth.stripe.fault;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the double can be told to do wrong. */
public enum FaultKind {
    /** The request is carried out; the connection ends in the middle of its answer. */
    DROP_REPLY,
    /** The connection ends before anything is done. */
    DROP_REQUEST,
    /** Answers {@code status} instead; with {@code committed} after the request was carried out. */
    STATUS,
    /** Waits {@code millis}, before the request or, with {@code committed}, after it. */
    SLOW,
    /** Answers 429 to what is more than {@code per_second} requests. */
    RATE_LIMIT,
    /** Searches do not find what was made within the last {@code seconds}. */
    SEARCH_LAG,
    /** Delivers an event {@code copies} times. */
    WEBHOOK_DUPLICATE,
    /** Delivers events in any order, within {@code millis}. */
    WEBHOOK_SHUFFLE,
    /** Delivers {@code seconds} later, by the double's clock. */
    WEBHOOK_DELAY,
    /** Never delivers. */
    WEBHOOK_DROP,
    /** Delivers an event as of {@code version}. */
    WEBHOOK_API_VERSION,
    /** Signs with a former secret first and with the true one second, as while a secret is rotated. */
    WEBHOOK_TWO_SIGNATURES,
    /** Signs with another secret. */
    WEBHOOK_WRONG_SIGNATURE,
    /** Signs with a time that is {@code seconds} ahead; a negative number is behind. */
    WEBHOOK_TIMESTAMP;

    /** As it is written in JSON. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one of that word. */
    public static Optional<FaultKind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }

    /** Whether it concerns deliveries. */
    public boolean ofWebhooks() {
        return name().startsWith("WEBHOOK_");
    }
}
