package dev.berth.gateway.edge;

/**
 * The one transaction of a writing handler that has slow work to do first, for which no connection may be held. A handler takes it
 * as an argument and begins it before it writes anything; see {@link WriteHandling}.
 */
@FunctionalInterface
public interface LateTransaction {
    /**
     * Begins it. When the request is a repetition this does not return: the answer is given again.
     *
     * @throws Refusal 409 if the {@code Idempotency-Key} was used for another request, or the request is still under way
     */
    void begin();
}
