package dev.berth.gateway.forward;

import dev.berth.gateway.workload.Loads;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Json;
import java.util.Collection;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Asks the provisioner what containers use. Thread-safe. */
@Component
class LoadsFromProvisioner implements Loads {
    private record Told(List<Load> data) {}

    private final Downstream downstream;

    LoadsFromProvisioner(Downstream downstream) {
        this.downstream = downstream;
    }

    @Override
    public List<Load> of(Collection<WorkloadId> workloads) {
        ObjectNode body = Json.mapper().createObjectNode();
        ArrayNode ids = body.putArray("workloads");
        workloads.forEach(one -> ids.add(one.toString()));
        JsonNode answer =
                downstream.json(Call.ask(Owner.PROVISIONER, "/internal/v1/loads", Asker.ofAllAccounts(), body));
        return Json.mapper().treeToValue(answer, Told.class).data();
    }
}
