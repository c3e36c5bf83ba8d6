package dev.berth.stripe.wire;

import dev.berth.stripe.state.Json;
import dev.berth.stripe.state.Tx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts whole objects where their ids stand, for the paths in {@code expand}. Source: Stripe's API reference, "Expanding responses". */
public final class Expansion {
    private static final int MOST_LEVELS = 4;

    /** Which kind an id is of, by its prefix. */
    private static final Map<String, String> KINDS = Map.ofEntries(
            Map.entry("cus", "customer"),
            Map.entry("pm", "payment_method"),
            Map.entry("pi", "payment_intent"),
            Map.entry("seti", "setup_intent"),
            Map.entry("setatt", "setup_attempt"),
            Map.entry("ch", "charge"),
            Map.entry("txn", "balance_transaction"),
            Map.entry("re", "refund"),
            Map.entry("du", "dispute"),
            Map.entry("cs", "checkout.session"),
            Map.entry("evt", "event"));

    private Expansion() {}

    /** The object with these paths expanded; the given one stays as it is. */
    public static ObjectNode expand(Tx tx, ObjectNode object, List<String> paths) {
        ObjectNode expanded = object.deepCopy();
        for (String path : paths) {
            List<String> steps = List.of(path.split("\\."));
            if (steps.size() > MOST_LEVELS) {
                throw StripeError.invalid(
                        null,
                        "You cannot expand more than 4 levels of a property. Property: %s".formatted(path),
                        "expand");
            }
            expand(tx, expanded, steps, path);
        }
        return expanded;
    }

    private static void expand(Tx tx, JsonNode at, List<String> steps, String path) {
        if (steps.isEmpty() || at.isNull()) {
            return;
        }
        if (at.isArray()) {
            at.forEach(member -> expand(tx, member, steps, path));
            return;
        }
        String step = steps.getFirst();
        if (!(at instanceof ObjectNode object)) {
            throw cannot(path);
        }
        if (!object.has(step)
                && step.equals("refunds")
                && Json.text(object, "object").equals("charge")) {
            object.set("refunds", refunds(tx, Json.text(object, "id")));
        }
        JsonNode value = object.path(step);
        if (value.isString()) {
            object.set(step, find(tx, value.stringValue()).orElseThrow(() -> cannot(path)));
        } else if (value.isMissingNode() || !(value.isContainer() || value.isNull())) {
            throw cannot(path);
        }
        expand(tx, object.path(step), steps.subList(1, steps.size()), path);
    }

    private static ObjectNode refunds(Tx tx, String charge) {
        return Paging.list(
                "/v1/charges/%s/refunds".formatted(charge),
                tx.newestFirst("refund").stream()
                        .filter(refund -> Json.text(refund, "charge").equals(charge))
                        .map(ObjectNode::deepCopy)
                        .toList(),
                false);
    }

    /** Any object by its id. */
    public static Optional<ObjectNode> find(Tx tx, String id) {
        int end = id.indexOf('_');
        String kind = end < 0 ? null : KINDS.get(id.substring(0, end));
        return kind == null ? Optional.empty() : tx.find(kind, id);
    }

    private static StripeError cannot(String path) {
        return StripeError.invalid(
                null,
                "This property cannot be expanded (%s). You may want to try expanding 'data.%s' if the object is a list."
                        .formatted(path, path),
                "expand");
    }
}
