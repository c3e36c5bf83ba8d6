package dev.berth.gateway.forward;

import dev.berth.schema.id.PaymentMethodId;
import dev.berth.schema.wire.Json;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The ways to pay of an account, as billing answers them. Thread-safe. */
@Component
public class PaymentMethods {
    private static final String PATH = "/internal/v1/payment_methods";

    private final Downstream downstream;

    PaymentMethods(Downstream downstream) {
        this.downstream = downstream;
    }

    JsonNode list(Asker asker) {
        return downstream.json(Call.get(Owner.BILLING, PATH, asker));
    }

    JsonNode add(Asker asker, boolean makeDefault) {
        ObjectNode body = Json.mapper().createObjectNode().put("make_default", makeDefault);
        return downstream.json(Call.post(Owner.BILLING, PATH, asker, body));
    }

    /** Makes one the default. */
    public JsonNode makeDefault(Asker asker, PaymentMethodId method) {
        return act(asker, method, "make_default");
    }

    /** Removes one. */
    public JsonNode remove(Asker asker, PaymentMethodId method) {
        return act(asker, method, "remove");
    }

    private JsonNode act(Asker asker, PaymentMethodId method, String verb) {
        return downstream.json(Call.post(Owner.BILLING, "%s/%s/%s".formatted(PATH, method, verb), asker));
    }

    /** The list, read. */
    public CardShapes.PaymentMethodPage read(Asker asker) {
        return Json.mapper().treeToValue(list(asker), CardShapes.PaymentMethodPage.class);
    }

    /** Where a card is typed in. */
    public CardShapes.CardVisit visit(Asker asker) {
        return Json.mapper().treeToValue(add(asker, true), CardShapes.CardVisit.class);
    }
}
