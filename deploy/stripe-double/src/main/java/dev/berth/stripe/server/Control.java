package dev.berth.stripe.server;

import dev.berth.stripe.card.Decline;
import dev.berth.stripe.fault.Faults;
import dev.berth.stripe.resource.Change;
import dev.berth.stripe.resource.Disputes;
import dev.berth.stripe.resource.Saved;
import dev.berth.stripe.state.DoubleClock;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.state.Store;
import dev.berth.stripe.webhook.Outbox;
import dev.berth.stripe.wire.StripeError;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * The double's own API, {@code /_double/…} in JSON: {@code faults}, {@code clock}, {@code state}, {@code requests}, {@code deliveries},
 * {@code disputes}, {@code cards}, {@code flush}, {@code reset}. It asks for the secret key as well.
 */
final class Control {
    private final Store store;
    private final DoubleClock clock;
    private final RequestLog log;
    private final String hostedBase;
    private final Runnable afterReset;

    Control(Store store, DoubleClock clock, RequestLog log, String hostedBase, Runnable afterReset) {
        this.store = store;
        this.clock = clock;
        this.log = log;
        this.hostedBase = hostedBase;
        this.afterReset = afterReset;
    }

    void handle(Exchange exchange) throws IOException {
        try {
            List<String> steps =
                    List.of(exchange.path().substring("/_double/".length()).split("/"));
            exchange.json(200, answer(exchange, exchange.method(), steps));
        } catch (IllegalArgumentException e) {
            exchange.json(400, Json.of("error", Json.of("message", String.valueOf(e.getMessage()))));
        } catch (StripeError e) {
            exchange.json(e.status(), e.body());
        }
    }

    private ObjectNode answer(Exchange exchange, String method, List<String> steps) {
        String second = steps.size() > 1 ? steps.get(1) : "";
        return switch (method + " " + steps.getFirst()) {
            case "GET faults" -> Json.of("faults", store.change(Faults::all));
            case "POST faults" -> store.change(tx -> Faults.add(tx, Json.parse(exchange.body())));
            case "DELETE faults" ->
                store.change(tx -> {
                    Faults.remove(tx, second);
                    return Json.of("faults", Faults.all(tx));
                });
            case "GET clock" -> time(clock.now());
            case "POST clock" -> time(move(Json.parse(exchange.body())));
            case "GET state" -> second.isEmpty() ? counts() : all(second);
            case "GET requests" -> Json.of("requests", log.all());
            case "GET deliveries" -> Json.of("deliveries", store.change(Outbox::deliveries));
            case "POST flush" -> Json.of("due", store.change(Outbox::flush));
            case "POST disputes" -> change(change -> dispute(change, second, Json.parse(exchange.body())));
            case "POST cards" -> change(change -> card(change, second, Json.parse(exchange.body())));
            case "POST reset" -> {
                store.clear();
                log.clear();
                afterReset.run();
                yield counts();
            }
            default ->
                throw new IllegalArgumentException(
                        "The double's own API has no %s %s. It has: faults, clock, state, requests, deliveries, flush, disputes, cards, reset."
                                .formatted(method, exchange.path()));
        };
    }

    private <T> T change(Function<Change, T> work) {
        return store.change(tx -> work.apply(new Change(tx, clock.now(tx), null, null, hostedBase)));
    }

    private ObjectNode counts() {
        ObjectNode counts = Json.of();
        for (Map.Entry<String, Integer> kind : store.counts().entrySet()) {
            counts.put(kind.getKey(), kind.getValue());
        }
        return Json.of("counts", counts);
    }

    private ObjectNode all(String kind) {
        return Json.of("data", store.change(tx -> tx.newestFirst(kind)));
    }

    private static ObjectNode time(Instant now) {
        return Json.of("now", now.getEpochSecond(), "utc", now.toString());
    }

    private Instant move(ObjectNode wanted) {
        if (wanted.has("advance_seconds")) {
            return clock.advance(Duration.ofSeconds(Json.number(wanted, "advance_seconds")));
        }
        if (wanted.has("now")) {
            return clock.advance(Duration.between(clock.now(), Instant.ofEpochSecond(Json.number(wanted, "now"))));
        }
        throw new IllegalArgumentException("Give advance_seconds or now (s since 1970).");
    }

    private static ObjectNode dispute(Change change, String id, ObjectNode wanted) {
        if (id.isEmpty()) {
            String reason = Json.text(wanted, "reason");
            return Disputes.open(
                    change,
                    Json.text(wanted, "charge"),
                    reason.isEmpty() ? "fraudulent" : reason,
                    Json.flag(wanted, "inquiry"));
        }
        return switch (Json.text(wanted, "outcome")) {
            case "won" -> Disputes.decide(change, id, true);
            case "lost" -> Disputes.decide(change, id, false);
            case "escalated" -> Disputes.escalate(change, id);
            default -> throw new IllegalArgumentException("Give outcome: won, lost or escalated.");
        };
    }

    private static ObjectNode card(Change change, String method, ObjectNode wanted) {
        ObjectNode known = change.get("payment_method", method, null);
        String code = Json.text(wanted, "decline_code");
        Optional<Decline> decline = Decline.of(code);
        if (!code.isEmpty() && decline.isEmpty()) {
            throw new IllegalArgumentException("No such decline_code: '%s'".formatted(code));
        }
        Saved.decide(change.tx(), Json.text(known, "id"), decline);
        return known;
    }
}
