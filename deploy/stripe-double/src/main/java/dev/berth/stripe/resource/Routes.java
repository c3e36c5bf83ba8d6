package dev.berth.stripe.resource;

import dev.berth.stripe.fault.FaultKind;
import dev.berth.stripe.fault.Faults;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.wire.Answer;
import dev.berth.stripe.wire.Paging;
import dev.berth.stripe.wire.Params;
import dev.berth.stripe.wire.Search;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Which request is carried out by what. Immutable. */
public final class Routes {
    private static final Duration EVENTS_KEPT = Duration.ofDays(30);

    private final List<Route> all = new ArrayList<>();

    /** What carries a request out. */
    public interface Handler {
        /**
         * Carries it out.
         *
         * @param ids the variable parts of the path, in order
         */
        Answer handle(Change change, Params params, List<String> ids);
    }

    /**
     * One route.
     *
     * @param method GET, POST or DELETE
     * @param path its parts; an asterisk stands for an id
     * @param forBrowsers whether a publishable key with the object's client secret may use it
     */
    public record Route(String method, List<String> path, boolean forBrowsers, Handler handler) {
        Optional<List<String>> match(String wanted, List<String> parts) {
            if (!method.equals(wanted) || path.size() != parts.size()) {
                return Optional.empty();
            }
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                if (path.get(i).equals("*")) {
                    ids.add(parts.get(i));
                } else if (!path.get(i).equals(parts.get(i))) {
                    return Optional.empty();
                }
            }
            return Optional.of(ids);
        }
    }

    /** A route that fits, with the variable parts of the path. */
    public record Match(Route route, List<String> ids) {}

    /** All routes of the API. */
    public Routes() {
        customers();
        intents();
        money();
        others();
    }

    private void add(String method, String path, Handler handler) {
        all.add(new Route(method, List.of(path.split("/")), false, handler));
    }

    private void forBrowsers(String method, String path, Handler handler) {
        all.add(new Route(method, List.of(path.split("/")), true, handler));
    }

    private void retrieval(String path, String kind) {
        add("GET", path, (change, params, ids) -> {
            params.only();
            return Answer.ok(change.get(kind, ids.getFirst(), null));
        });
    }

    private void search(String path, String kind) {
        add("GET", path, (change, params, _) -> {
            long lag = Faults.onRequest(change.tx(), FaultKind.SEARCH_LAG, "GET", "/" + path, false)
                    .map(fault -> Json.number(fault, "seconds"))
                    .orElse(0L);
            return Answer.ok(Search.page(change.tx(), kind, "/" + path, params, change.now() - lag));
        });
    }

    private void customers() {
        add("POST", "v1/customers", (change, params, _) -> Customers.create(change, params));
        add("GET", "v1/customers", (change, params, _) -> Customers.list(change, params));
        search("v1/customers/search", "customer");
        retrieval("v1/customers/*", "customer");
        add("POST", "v1/customers/*", (change, params, ids) -> Customers.update(change, params, ids.getFirst()));
        add("DELETE", "v1/customers/*", (change, _, ids) -> Customers.delete(change, ids.getFirst()));
        add(
                "GET",
                "v1/customers/*/payment_methods",
                (change, params, ids) -> PaymentMethods.ofCustomer(change, params, ids.getFirst()));
        add(
                "GET",
                "v1/customers/*/payment_methods/*",
                (change, _, ids) -> PaymentMethods.oneOfCustomer(change, ids.getFirst(), ids.get(1)));
        forBrowsers("POST", "v1/payment_methods", (change, params, _) -> PaymentMethods.create(change, params));
        add("GET", "v1/payment_methods", (change, params, _) -> PaymentMethods.list(change, params));
        add("GET", "v1/payment_methods/*", (change, _, ids) -> PaymentMethods.retrieve(change, ids.getFirst()));
        add(
                "POST",
                "v1/payment_methods/*",
                (change, params, ids) -> PaymentMethods.update(change, params, ids.getFirst()));
        add(
                "POST",
                "v1/payment_methods/*/attach",
                (change, params, ids) -> PaymentMethods.attach(change, params, ids.getFirst()));
        add("POST", "v1/payment_methods/*/detach", (change, _, ids) -> PaymentMethods.detach(change, ids.getFirst()));
    }

    private void intents() {
        add("POST", "v1/setup_intents", (change, params, _) -> SetupIntents.create(change, params));
        add("GET", "v1/setup_intents", (change, params, _) -> SetupIntents.list(change, params));
        forBrowsers("GET", "v1/setup_intents/*", (change, params, ids) -> {
            params.only("client_secret");
            return Answer.ok(change.get("setup_intent", ids.getFirst(), null));
        });
        add("POST", "v1/setup_intents/*", (change, params, ids) -> SetupIntents.update(change, params, ids.getFirst()));
        forBrowsers(
                "POST",
                "v1/setup_intents/*/confirm",
                (change, params, ids) -> SetupIntents.confirm(change, params, ids.getFirst()));
        add(
                "POST",
                "v1/setup_intents/*/cancel",
                (change, params, ids) -> SetupIntents.cancel(change, params, ids.getFirst()));
        add("GET", "v1/setup_attempts", (change, params, _) -> {
            params.only("created", "ending_before", "limit", "setup_intent", "starting_after");
            params.need("setup_intent");
            return Answer.ok(Paging.page(
                    change.tx(), "setup_attempt", "/v1/setup_attempts", params, Filters.equal(params, "setup_intent")));
        });
        add("POST", "v1/payment_intents", (change, params, _) -> PaymentIntents.create(change, params));
        add("GET", "v1/payment_intents", (change, params, _) -> PaymentIntents.list(change, params));
        search("v1/payment_intents/search", "payment_intent");
        forBrowsers("GET", "v1/payment_intents/*", (change, params, ids) -> {
            params.only("client_secret");
            return Answer.ok(change.get("payment_intent", ids.getFirst(), null));
        });
        add(
                "POST",
                "v1/payment_intents/*",
                (change, params, ids) -> PaymentIntents.update(change, params, ids.getFirst()));
        forBrowsers(
                "POST",
                "v1/payment_intents/*/confirm",
                (change, params, ids) -> Payment.confirm(change, params, ids.getFirst()));
        add(
                "POST",
                "v1/payment_intents/*/cancel",
                (change, params, ids) -> PaymentIntents.cancel(change, params, ids.getFirst()));
        add(
                "POST",
                "v1/payment_intents/*/capture",
                (change, params, ids) -> PaymentIntents.capture(change, params, ids.getFirst()));
        sessions();
    }

    private void sessions() {
        add("POST", "v1/checkout/sessions", (change, params, _) -> CheckoutSessions.create(change, params));
        add("GET", "v1/checkout/sessions", (change, params, _) -> CheckoutSessions.list(change, params));
        add(
                "GET",
                "v1/checkout/sessions/*",
                (change, _, ids) -> Answer.ok(CheckoutSessions.current(change, ids.getFirst())));
        add(
                "POST",
                "v1/checkout/sessions/*",
                (change, params, ids) -> CheckoutSessions.update(change, params, ids.getFirst()));
        add(
                "POST",
                "v1/checkout/sessions/*/expire",
                (change, _, ids) -> CheckoutSessions.expire(change, ids.getFirst()));
    }

    private void money() {
        add("GET", "v1/charges", (change, params, _) -> Charges.list(change, params));
        search("v1/charges/search", "charge");
        retrieval("v1/charges/*", "charge");
        add("POST", "v1/charges/*", (change, params, ids) -> Charges.update(change, params, ids.getFirst()));
        add("POST", "v1/refunds", (change, params, _) -> Refunds.create(change, params));
        add("GET", "v1/refunds", (change, params, _) -> Refunds.list(change, params));
        retrieval("v1/refunds/*", "refund");
        add("POST", "v1/refunds/*", (change, params, ids) -> Refunds.update(change, params, ids.getFirst()));
        add("GET", "v1/disputes", (change, params, _) -> Disputes.list(change, params));
        retrieval("v1/disputes/*", "dispute");
        add("POST", "v1/disputes/*", (change, params, ids) -> Disputes.update(change, params, ids.getFirst()));
        add("POST", "v1/disputes/*/close", (change, _, ids) -> Disputes.close(change, ids.getFirst()));
        add("GET", "v1/balance", (change, _, _) -> Answer.ok(Ledger.balance(change)));
        add("GET", "v1/balance_transactions", (change, params, _) -> {
            params.only("created", "currency", "ending_before", "limit", "payout", "source", "starting_after", "type");
            ObjectNode page = Paging.page(
                    change.tx(),
                    "balance_transaction",
                    "/v1/balance_transactions",
                    params,
                    Filters.equal(params, "source")
                            .and(Filters.equal(params, "type"))
                            .and(Filters.equal(params, "currency")));
            page.path("data").forEach(movement -> Ledger.seen(change, (ObjectNode) movement));
            return Answer.ok(page);
        });
        add(
                "GET",
                "v1/balance_transactions/*",
                (change, _, ids) ->
                        Answer.ok(Ledger.seen(change, change.get("balance_transaction", ids.getFirst(), null))));
    }

    private void others() {
        add("GET", "v1/events", (change, params, _) -> {
            params.only("created", "delivery_success", "ending_before", "limit", "starting_after", "type", "types");
            List<String> types = params.texts("types");
            Optional<String> type = params.text("type");
            Optional<Boolean> delivered = params.flag("delivery_success");
            long oldest = change.time().minus(EVENTS_KEPT).getEpochSecond();
            return Answer.ok(Paging.page(
                    change.tx(),
                    "event",
                    "/v1/events",
                    params,
                    event -> Json.number(event, "created") >= oldest
                            && (types.isEmpty() || types.contains(Json.text(event, "type")))
                            && type.map(wanted -> fits(wanted, Json.text(event, "type")))
                                    .orElse(true)
                            && delivered
                                    .map(wanted -> wanted == (Json.number(event, "pending_webhooks") == 0))
                                    .orElse(true)));
        });
        retrieval("v1/events/*", "event");
        add("POST", "v1/webhook_endpoints", (change, params, _) -> Endpoints.create(change, params));
        add("GET", "v1/webhook_endpoints", (change, params, _) -> Endpoints.list(change, params));
        add("GET", "v1/webhook_endpoints/*", (change, _, ids) -> Endpoints.retrieve(change, ids.getFirst()));
        add(
                "POST",
                "v1/webhook_endpoints/*",
                (change, params, ids) -> Endpoints.update(change, params, ids.getFirst()));
        add("DELETE", "v1/webhook_endpoints/*", (change, _, ids) -> Endpoints.delete(change, ids.getFirst()));
    }

    private static boolean fits(String wanted, String type) {
        return wanted.endsWith(".*") ? type.startsWith(wanted.substring(0, wanted.length() - 1)) : type.equals(wanted);
    }

    /** The route of a request. */
    public Optional<Match> find(String method, String path) {
        List<String> parts = List.of(path.substring(1).split("/"));
        for (Route route : all) {
            Optional<List<String>> ids = route.match(method, parts);
            if (ids.isPresent()) {
                return Optional.of(new Match(route, ids.get()));
            }
        }
        return Optional.empty();
    }
}
