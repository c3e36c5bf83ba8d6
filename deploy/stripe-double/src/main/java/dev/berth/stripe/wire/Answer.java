package dev.berth.stripe.wire;

import tools.jackson.databind.node.ObjectNode;

/**
 * An answer to a request that was carried out; a declined card is one too.
 *
 * @param status 200 or 402
 * @param body the object, or the error
 */
public record Answer(int status, ObjectNode body) {
    /** 200. */
    public static Answer ok(ObjectNode body) {
        return new Answer(200, body);
    }
}
