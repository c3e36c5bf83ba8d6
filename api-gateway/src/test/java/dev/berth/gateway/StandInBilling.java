package dev.berth.gateway;

import com.sun.net.httpserver.HttpExchange;
import dev.berth.schema.id.CreditGrantId;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What billing knows of accounts beside invoices, played: details, credit, the coupon {@code WELCOME10}, credit notes. Thread-safe. */
final class StandInBilling {
    private final Map<String, ObjectNode> details = new ConcurrentHashMap<>();
    private final Map<String, List<ObjectNode>> coupons = new ConcurrentHashMap<>();
    private final Map<String, List<ObjectNode>> grants = new ConcurrentHashMap<>();
    private final Map<String, List<ObjectNode>> notes = new ConcurrentHashMap<>();

    /** Gives an account credit that an invoice has used a part of. */
    void grant(String account, String invoice, String number) {
        ObjectNode grant = Json.mapper()
                .createObjectNode()
                .put("id", CreditGrantId.next().toString())
                .put("account", account)
                .put("kind", "promotional")
                .put("state", "active")
                .put("priority", 50)
                .put("note", "Welcome to Berth")
                .put("created_at", "2026-10-01T00:00:00.000Z")
                .put("expires_at", "2027-01-01T00:00:00.000Z");
        grant.set("amount", StandIns.money(2_000));
        grant.set("left", StandIns.money(1_200));
        ObjectNode use =
                grant.putArray("uses").addObject().put("invoice", invoice).put("number", number);
        use.set("amount", StandIns.money(800));
        use.put("used_at", "2026-11-01T01:00:00.000Z").putNull("returned_at");
        grants.computeIfAbsent(account, _ -> new CopyOnWriteArrayList<>()).addFirst(grant);
    }

    /** Gives an account a credit note. */
    ObjectNode note(String account, String invoice, String number) {
        ObjectNode note = Json.mapper()
                .createObjectNode()
                .put("id", CreditNoteId.next().toString())
                .put("number", number)
                .put("invoice", invoice)
                .put("invoice_number", "B-000001")
                .put("account", account)
                .put("reason", "An hour without the network")
                .put("issued_at", "2026-11-03T10:00:00.000Z");
        for (String money : List.of("net", "total", "credited")) {
            note.set(money, StandIns.money(100));
        }
        note.set("tax", StandIns.money(0));
        note.set("unpaid", StandIns.money(0));
        note.set("refunded", StandIns.money(0));
        note.putArray("taxes");
        notes.computeIfAbsent(account, _ -> new CopyOnWriteArrayList<>()).addFirst(note);
        return note;
    }

    /** Answers a path if it is one of these. */
    boolean answers(HttpExchange exchange, StandIns.Called called, String account, String path) throws IOException {
        switch (path) {
            case "/billing_details" -> details(exchange, called, account);
            case "/credits" -> {
                ObjectNode page = page(grants.getOrDefault(account, List.of()));
                page.set("balance", StandIns.money(grants.containsKey(account) ? 1_200 : 0));
                page.set("unassigned", StandIns.money(0));
                StandIns.answer(exchange, 200, page);
            }
            case "/coupons" -> StandIns.answer(exchange, 200, page(coupons.getOrDefault(account, List.of())));
            case "/coupons/redeem" -> redeem(exchange, called, account);
            case "/credit_notes" -> StandIns.answer(exchange, 200, page(notes.getOrDefault(account, List.of())));
            default -> {
                return path.startsWith("/credit_notes/") && note(exchange, account, path.split("/"));
            }
        }
        return true;
    }

    private void details(HttpExchange exchange, StandIns.Called called, String account) throws IOException {
        ObjectNode own = details.computeIfAbsent(account, StandInBilling::unknown);
        if (!called.body().isEmpty()) {
            JsonNode change = Json.mapper().readTree(called.body());
            if (change.path("vat_id").asString("").startsWith("XX")) {
                ObjectNode problem = Json.mapper()
                        .createObjectNode()
                        .put("status", 422)
                        .put("code", "invalid")
                        .put("title", "Invalid")
                        .put("detail", "The billing details are not right.")
                        .put("hint", "Correct the fields named in errors and send it again.");
                problem.putArray("errors").addObject().put("field", "vat_id").put("message", "has wrong check digits");
                byte[] body = Json.mapper().writeValueAsBytes(problem);
                StandIns.send(exchange, 422, "application/problem+json", body);
                return;
            }
            own.setAll((ObjectNode) change);
        }
        StandIns.answer(exchange, 200, own);
    }

    private static ObjectNode unknown(String account) {
        return Json.mapper()
                .createObjectNode()
                .put("account", account)
                .put("name", "Analytical Engines Ltd")
                .putNull("legal_name")
                .putNull("address")
                .putNull("country")
                .putNull("vat_id")
                .put("tax_exempt", false)
                .put("tax_treatment", "taxed")
                .put("tax_note", "")
                .put("tax_rate", "0.19");
    }

    private void redeem(HttpExchange exchange, StandIns.Called called, String account) throws IOException {
        String code = Json.mapper().readTree(called.body()).path("code").asString("");
        if (!code.equals("WELCOME10")) {
            StandIns.problem(exchange, 404, "coupon_unknown", "There is no coupon %s.".formatted(code));
            return;
        }
        ObjectNode coupon = Json.mapper()
                .createObjectNode()
                .put("code", code)
                .put("description", "Welcome")
                .put("percent", "10")
                .put("redeemed_at", "2026-11-01T00:00:00.000Z")
                .putNull("ends_at")
                .putNull("left");
        coupon.set("taken", StandIns.money(0));
        coupons.put(account, List.of(coupon));
        StandIns.answer(exchange, 200, coupon);
    }

    private boolean note(HttpExchange exchange, String account, String[] path) throws IOException {
        for (ObjectNode note : notes.getOrDefault(account, List.of())) {
            if (note.path("id").asString().equals(path[2])) {
                if (path.length == 3) {
                    StandIns.answer(exchange, 200, note);
                } else {
                    StandIns.send(exchange, 200, "application/pdf", "%PDF-1.7".getBytes(StandardCharsets.UTF_8));
                }
                return true;
            }
        }
        StandIns.problem(exchange, 404, "not_found", "There is no credit note %s.".formatted(path[2]));
        return true;
    }

    private static ObjectNode page(List<ObjectNode> rows) {
        ObjectNode page = Json.mapper().createObjectNode();
        page.putArray("data").addAll(new ArrayList<>(rows));
        return page.putNull("next_cursor");
    }
}
