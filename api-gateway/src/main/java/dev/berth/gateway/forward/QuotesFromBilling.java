package dev.berth.gateway.forward;

import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.workload.Quotes;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.wire.Json;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Asks billing what something would cost. Thread-safe. */
@Component
class QuotesFromBilling implements Quotes {
    private final Downstream downstream;

    QuotesFromBilling(Downstream downstream) {
        this.downstream = downstream;
    }

    @Override
    public Price of(AccountId account, CpuMillis cpuMillis, MemoryMib memoryMib, int replicas, RequestContext context) {
        ObjectNode size = Json.mapper()
                .createObjectNode()
                .put("cpu_millis", cpuMillis.value())
                .put("memory_mib", memoryMib.value())
                .put("replicas", replicas);
        JsonNode price = downstream.json(Call.ask(Owner.BILLING, "/internal/v1/quote", Asker.of(context), size));
        return Json.mapper().treeToValue(price, Price.class);
    }
}
