package dev.berth.gateway.forward;

import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Json;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Spend caps as billing answers them. Thread-safe. */
@Component
public class SpendCapCalls {
    private static final String PATH = "/internal/v1/spend_cap";

    private final Downstream downstream;

    SpendCapCalls(Downstream downstream) {
        this.downstream = downstream;
    }

    JsonNode get(Asker asker, @Nullable WorkloadId workload) {
        return downstream.json(Call.get(Owner.BILLING, PATH, asker).with("workload", workload));
    }

    JsonNode set(Asker asker, @Nullable WorkloadId workload, SpendCapShapes.NewSpendCap wanted) {
        ObjectNode body = Json.mapper().valueToTree(wanted);
        return downstream.json(Call.post(Owner.BILLING, PATH, asker, body.put("workload", text(workload))));
    }

    JsonNode remove(Asker asker, @Nullable WorkloadId workload) {
        ObjectNode body = Json.mapper().createObjectNode().put("workload", text(workload));
        return downstream.json(Call.post(Owner.BILLING, PATH + "/remove", asker, body));
    }

    /** The cap of an account, read. */
    public SpendCapShapes.SpendCapNow read(Asker asker) {
        return Json.mapper().treeToValue(get(asker, null), SpendCapShapes.SpendCapNow.class);
    }

    /** Sets the cap of an account; without an amount it is taken away. */
    public void say(Asker asker, SpendCapShapes.@Nullable NewSpendCap wanted) {
        JsonNode _ = wanted == null ? remove(asker, null) : set(asker, null, wanted);
    }

    private static @Nullable String text(@Nullable WorkloadId workload) {
        return workload == null ? null : workload.toString();
    }
}
