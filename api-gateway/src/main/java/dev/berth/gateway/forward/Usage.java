package dev.berth.gateway.forward;

import dev.berth.schema.unit.Period;
import dev.berth.schema.wire.Json;
import java.time.ZoneId;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Use with its cost: metering's quantities, priced by billing. Thread-safe. */
@Component
public class Usage {
    private final Downstream downstream;

    Usage(Downstream downstream) {
        this.downstream = downstream;
    }

    /** The account's billing period of now. */
    public Period currentPeriod(Asker asker) {
        JsonNode json = downstream.json(Call.get(Owner.BILLING, "/internal/v1/period", asker));
        Shapes.Span span = Json.mapper().treeToValue(json, Shapes.Span.class);
        return new Period(span.start(), span.end());
    }

    /** Quantities and costs over a period; days are those of the zone. */
    JsonNode priced(Asker asker, Period period, GroupBy groupBy, ZoneId zone) {
        ObjectNode used = (ObjectNode) used(asker, period, groupBy, zone);
        JsonNode rated = downstream.json(Call.ask(Owner.BILLING, "/internal/v1/rate", asker, used));
        used.set("data", rated.path("data"));
        used.set("total", rated.path("total"));
        return used;
    }

    /** The same, read. */
    public Shapes.Usage read(Asker asker, Period period, GroupBy groupBy, ZoneId zone) {
        return Json.mapper().treeToValue(priced(asker, period, groupBy, zone), Shapes.Usage.class);
    }

    /** The invoice that the current period would make if it ended now. */
    JsonNode upcoming(Asker asker, ZoneId zone) {
        JsonNode used = used(asker, currentPeriod(asker), GroupBy.WORKLOAD, zone);
        return downstream.json(Call.ask(Owner.BILLING, "/internal/v1/invoices/upcoming", asker, used));
    }

    /** The same, read. */
    public Shapes.Invoice readUpcoming(Asker asker, ZoneId zone) {
        return Json.mapper().treeToValue(upcoming(asker, zone), Shapes.Invoice.class);
    }

    private JsonNode used(Asker asker, Period period, GroupBy groupBy, ZoneId zone) {
        return downstream.json(Call.get(Owner.METERING, "/internal/v1/usage", asker)
                .with("from", Json.text(period.start()))
                .with("to", Json.text(period.end()))
                .with("group_by", groupBy.text())
                .with("zone", groupBy == GroupBy.DAY ? zone : null));
    }
}
