package dev.berth.launcher.demo;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads an invoice with every interval of every line from the API. */
final class InvoiceReader {
    private final ApiClient api;

    InvoiceReader(ApiClient api) {
        this.api = api;
    }

    Invoiced read(String id) {
        JsonNode invoice = api.get("/v1/invoices/" + id);
        List<Invoiced.Line> lines = new ArrayList<>();
        for (JsonNode line : invoice.path("lines")) {
            lines.add(new Invoiced.Line(
                    line.path("id").asString(""),
                    line.path("component").asString(""),
                    line.path("description").asString(""),
                    decimal(line.path("quantity")),
                    line.path("unit_price").isNull() || !line.has("unit_price")
                            ? null
                            : decimal(line.path("unit_price")),
                    line.path("amount").path("amount_minor").asLong(0),
                    line.path("workload").asString(""),
                    intervals(id, line.path("id").asString(""))));
        }
        return new Invoiced(
                id,
                invoice.path("number").asString(""),
                invoice.path("status").asString(""),
                invoice.path("total").path("currency").asString("USD"),
                invoice.path("total").path("amount_minor").asLong(0),
                lines);
    }

    private static BigDecimal decimal(JsonNode node) {
        String text = node.asString("");
        return text.isEmpty() ? BigDecimal.ZERO : new BigDecimal(text);
    }

    private List<Invoiced.Interval> intervals(String invoice, String line) {
        List<Invoiced.Interval> intervals = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = api.get("/v1/invoices/%s/lines/%s/intervals?limit=200%s"
                    .formatted(invoice, line, cursor.isEmpty() ? "" : "&cursor=" + cursor));
            page.path("data").forEach(row -> intervals.add(interval(row)));
            cursor = page.path("next_cursor").asString("");
        } while (!cursor.isEmpty());
        return intervals;
    }

    private static Invoiced.Interval interval(JsonNode row) {
        return new Invoiced.Interval(
                row.path("container").asString(""),
                row.path("engine_id").asString(""),
                Instant.parse(row.path("started_at").asString("1970-01-01T00:00:00Z")),
                Instant.parse(row.path("finished_at").asString("1970-01-01T00:00:00Z")),
                row.path("ms").asLong(0),
                row.path("cpu_millis").asInt(0),
                row.path("memory_mib").asInt(0),
                row.path("billed").asBoolean(true),
                row.path("cause").path("operation").asString("?"),
                row.path("cause").path("actor").asString("?"),
                row.path("cause").path("at").asString("?"));
    }
}
