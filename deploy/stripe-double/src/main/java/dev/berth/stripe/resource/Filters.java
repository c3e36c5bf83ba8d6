package dev.berth.stripe.resource;

import dev.berth.stripe.state.Json;
import dev.berth.stripe.wire.Params;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/** Filters of lists. */
final class Filters {
    private Filters() {}

    /** Those whose field is what the parameter of that name says; all, when it is not given. */
    static Predicate<ObjectNode> equal(Params params, String field) {
        String wanted = params.text(field).orElse("");
        return object -> wanted.isEmpty() || Json.text(object, field).equals(wanted);
    }
}
