package dev.berth.gateway;

import com.sun.net.httpserver.HttpExchange;
import dev.berth.schema.id.PaymentMethodId;
import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.node.ObjectNode;

/** The ways to pay that billing answers in tests of the gateway. */
public final class StandInCards {
    private static final String PATH = "/payment_methods";

    private final Map<String, List<ObjectNode>> cards = new ConcurrentHashMap<>();

    /** Gives an account a card; the first is its default. */
    public ObjectNode card(String account, String brand, String last4) {
        List<ObjectNode> mine = cards.computeIfAbsent(account, _ -> new CopyOnWriteArrayList<>());
        ObjectNode card = Json.mapper()
                .createObjectNode()
                .put("id", PaymentMethodId.next().toString())
                .put("kind", "card")
                .put("brand", brand)
                .put("last4", last4)
                .put("exp_month", 12)
                .put("exp_year", 2030)
                .put("is_default", mine.isEmpty())
                .put("created_at", "2026-11-22T08:00:00.000Z");
        mine.add(card);
        return card;
    }

    void handle(HttpExchange exchange, String method, String path, String account) throws IOException {
        List<ObjectNode> mine = cards.getOrDefault(account, List.of());
        if (path.equals(PATH) && method.equals("GET")) {
            ObjectNode page = Json.mapper().createObjectNode();
            page.putArray("data").addAll(mine);
            page.putNull("next_cursor").put("available", !mine.isEmpty());
            StandIns.answer(exchange, 200, page);
        } else if (path.equals(PATH)) {
            StandIns.answer(
                    exchange,
                    200,
                    Json.mapper()
                            .createObjectNode()
                            .put("url", "http://127.0.0.1:8099/c/pay/cs_test_1")
                            .put("expires_at", "2030-11-22T08:00:00.000Z"));
        } else {
            act(exchange, mine, path.substring(PATH.length() + 1).split("/"));
        }
    }

    private static void act(HttpExchange exchange, List<ObjectNode> mine, String[] rest) throws IOException {
        ObjectNode card = mine.stream()
                .filter(one -> one.path("id").asString().equals(rest[0]))
                .findFirst()
                .orElse(null);
        if (card == null) {
            StandIns.problem(exchange, 404, "not_found", "There is no payment method " + rest[0]);
            return;
        }
        if (rest[1].equals("remove")) {
            mine.remove(card);
        } else {
            mine.forEach(one -> one.put("is_default", one.path("id").equals(card.path("id"))));
        }
        StandIns.answer(exchange, 200, card);
    }
}
