package dev.berth.stripe.resource;

import dev.berth.stripe.card.Money;
import dev.berth.stripe.state.Ids;
import dev.berth.stripe.state.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** Balance transactions: what each movement did to the account's balance. Source: Stripe's API reference, "Balance transactions". */
final class Ledger {
    private static final Duration UNTIL_AVAILABLE = Duration.ofDays(2);

    private Ledger() {}

    /**
     * Keeps a movement.
     *
     * @param amount in minor units; negative for what leaves
     * @param fee in minor units; reduces what is left of the amount
     * @return its id
     */
    static String book(
            Change change, String type, String category, long amount, long fee, String currency, String source) {
        ObjectNode movement = Template.of(change, "balance_transaction", Ids.next("txn"));
        movement.put("amount", amount)
                .put("available_on", change.time().plus(UNTIL_AVAILABLE).getEpochSecond())
                .put("currency", currency)
                .put("fee", fee)
                .put("net", amount - fee)
                .put("reporting_category", category)
                .put("source", source)
                .put("type", type);
        if (fee != 0) {
            movement.withArray("fee_details")
                    .add(Json.of(
                            "amount",
                            fee,
                            "application",
                            null,
                            "currency",
                            currency,
                            "description",
                            category.equals("dispute") ? "Dispute fee" : "Stripe processing fees",
                            "type",
                            "stripe_fee"));
        }
        change.put(movement);
        return Json.text(movement, "id");
    }

    /** Stripe's fee of a payment. */
    static long fee(long amount, String currency) {
        return Money.fee(amount, currency);
    }

    /** The movement with its status as of now. */
    static ObjectNode seen(Change change, ObjectNode movement) {
        if (Json.number(movement, "available_on") <= change.now()) {
            movement.put("status", "available");
        }
        return movement;
    }

    /** The balance, from all movements. */
    static ObjectNode balance(Change change) {
        Map<String, Long> available = new TreeMap<>();
        Map<String, Long> pending = new TreeMap<>();
        for (ObjectNode movement : change.tx().newestFirst("balance_transaction")) {
            boolean settled = Json.number(movement, "available_on") <= change.now();
            String currency = Json.text(movement, "currency");
            available.merge(currency, settled ? Json.number(movement, "net") : 0, Long::sum);
            pending.merge(currency, settled ? 0 : Json.number(movement, "net"), Long::sum);
        }
        if (available.isEmpty()) {
            available.put("usd", 0L);
            pending.put("usd", 0L);
        }
        return Json.of(
                "object", "balance", "available", amounts(available), "livemode", false, "pending", amounts(pending));
    }

    private static List<ObjectNode> amounts(Map<String, Long> byCurrency) {
        return byCurrency.entrySet().stream()
                .map(entry -> Json.of(
                        "amount",
                        entry.getValue(),
                        "currency",
                        entry.getKey(),
                        "source_types",
                        Json.of("card", entry.getValue())))
                .toList();
    }
}
