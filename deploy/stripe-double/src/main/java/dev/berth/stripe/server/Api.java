package dev.berth.stripe.server;

import dev.berth.stripe.fault.FaultKind;
import dev.berth.stripe.fault.Faults;
import dev.berth.stripe.resource.Change;
import dev.berth.stripe.resource.Routes;
import dev.berth.stripe.state.DoubleClock;
import dev.berth.stripe.state.Ids;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.state.Store;
import dev.berth.stripe.state.Tx;
import dev.berth.stripe.wire.Answer;
import dev.berth.stripe.wire.Expansion;
import dev.berth.stripe.wire.Params;
import dev.berth.stripe.wire.StripeError;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ObjectNode;

/** Requests to {@code /v1}: who asks, with which key, which faults act, and the answer. Safe for use by several threads. */
final class Api {
    private final Routes routes = new Routes();
    private final Keys keys = new Keys();
    private final Deque<Long> lately = new ArrayDeque<>();
    private final Store store;
    private final DoubleClock clock;
    private final Access access;
    private final RequestLog log;
    private final String hostedBase;

    Api(Store store, DoubleClock clock, Access access, RequestLog log, String hostedBase) {
        this.store = store;
        this.clock = clock;
        this.access = access;
        this.log = log;
        this.hostedBase = hostedBase;
    }

    /**
     * What is to be sent.
     *
     * @param outcome for the log
     */
    private record Reply(int status, ObjectNode body, Map<String, String> headers, String outcome, boolean broken) {}

    void handle(Exchange exchange) throws IOException {
        String requestId = "req_" + Ids.random(14);
        String key = exchange.method().equals("POST")
                ? exchange.header("Idempotency-Key").orElse("")
                : "";
        if (takeFault(exchange, FaultKind.DROP_REQUEST, false).isPresent()) {
            log.note(requestId, exchange.method(), exchange.path(), key, 0, "dropped before");
            exchange.hangUp();
            return;
        }
        Reply reply;
        try {
            reply = answer(exchange, requestId, key);
        } catch (StripeError e) {
            reply = refusal(e, "answered");
        }
        Map<String, String> headers = new LinkedHashMap<>(reply.headers());
        headers.put("Request-Id", requestId);
        headers.put("Stripe-Version", Change.API_VERSION);
        if (!key.isEmpty()) {
            headers.put("Idempotency-Key", key);
        }
        exchange.headers(headers);
        log.note(requestId, exchange.method(), exchange.path(), key, reply.status(), reply.outcome());
        if (reply.broken()) {
            exchange.brokenJson(reply.status(), reply.body());
        } else {
            exchange.json(reply.status(), reply.body());
        }
    }

    private static Reply refusal(StripeError error, String outcome) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (error.status() == 409 || error.status() >= 500) {
            headers.put("Stripe-Should-Retry", "true");
        } else if (error.status() == 429) {
            headers.put("Stripe-Should-Retry", "false");
            headers.put("Stripe-Rate-Limited-Reason", "global-rate");
        }
        return new Reply(error.status(), error.body(), headers, outcome, false);
    }

    private Reply answer(Exchange exchange, String requestId, String key) {
        Access.Caller caller = access.check(exchange);
        checkVersion(exchange);
        Optional<ObjectNode> status = takeFault(exchange, FaultKind.STATUS, false);
        if (status.isPresent()) {
            return refusal(StripeError.ofStatus((int) Json.number(status.get(), "status")), "fault");
        }
        if (tooMany(exchange)) {
            return refusal(StripeError.ofStatus(429), "fault");
        }
        Params params = Params.parse(
                exchange.method().equals("POST") ? exchange.query() + "&" + exchange.body() : exchange.query());
        Routes.Match match = routes.find(exchange.method(), exchange.path())
                .orElseThrow(() -> StripeError.noRoute(exchange.method(), exchange.path()));
        access.checkRoute(caller, match);
        if (key.isEmpty()) {
            return after(exchange, run(exchange, match, params, requestId, key, caller));
        }
        keys.take(key);
        try {
            return after(exchange, run(exchange, match, params, requestId, key, caller));
        } finally {
            keys.release(key);
        }
    }

    private Reply run(
            Exchange exchange, Routes.Match match, Params params, String requestId, String key, Access.Caller caller) {
        pause(takeFault(exchange, FaultKind.SLOW, false));
        String request = "%s %s %s".formatted(exchange.method(), exchange.path(), params.canonical());
        return store.change(tx -> {
            Change change = new Change(tx, clock.now(tx), requestId, key.isEmpty() ? null : key, hostedBase);
            Optional<Keys.Former> former =
                    key.isEmpty() ? Optional.empty() : Keys.former(tx, key, request, change.now());
            if (former.isPresent()) {
                return new Reply(
                        former.get().answer().status(),
                        former.get().answer().body(),
                        Map.of(
                                "Idempotent-Replayed",
                                "true",
                                "Original-Request",
                                former.get().request()),
                        "replayed",
                        false);
            }
            access.checkSecret(change, caller, match, params);
            Answer answer = match.route().handler().handle(change, params, match.ids());
            Answer shown = new Answer(
                    answer.status(),
                    answer.status() == 200
                            ? Expansion.expand(tx, answer.body(), params.texts("expand"))
                            : answer.body().deepCopy());
            Optional<ObjectNode> failure = fault(tx, exchange, FaultKind.STATUS, true);
            if (failure.isPresent()) {
                StripeError error = StripeError.ofStatus((int) Json.number(failure.get(), "status"));
                remember(change, request, new Answer(error.status(), error.body()));
                return refusal(error, "fault after it was done");
            }
            remember(change, request, shown);
            return new Reply(shown.status(), shown.body(), Map.of(), "answered", false);
        });
    }

    private static void remember(Change change, String request, Answer answer) {
        String key = change.key();
        if (key != null) {
            Keys.remember(change.tx(), key, request, String.valueOf(change.requestId()), answer, change.now());
        }
    }

    /** The faults that act when a request is done. */
    private Reply after(Exchange exchange, Reply reply) {
        pause(takeFault(exchange, FaultKind.SLOW, true));
        if (takeFault(exchange, FaultKind.DROP_REPLY, false).isPresent()) {
            return new Reply(reply.status(), reply.body(), reply.headers(), "reply dropped", true);
        }
        return reply;
    }

    private Optional<ObjectNode> takeFault(Exchange exchange, FaultKind kind, boolean committed) {
        return store.change(tx -> fault(tx, exchange, kind, committed));
    }

    private static Optional<ObjectNode> fault(Tx tx, Exchange exchange, FaultKind kind, boolean committed) {
        return Faults.onRequest(tx, kind, exchange.method(), exchange.path(), committed);
    }

    private static void pause(Optional<ObjectNode> slow) {
        slow.ifPresent(fault -> {
            try {
                TimeUnit.MILLISECONDS.sleep(Json.number(fault, "millis"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private boolean tooMany(Exchange exchange) {
        Optional<ObjectNode> limit = takeFault(exchange, FaultKind.RATE_LIMIT, false);
        if (limit.isEmpty()) {
            return false;
        }
        long now = System.nanoTime();
        synchronized (lately) {
            while (!lately.isEmpty() && now - lately.getFirst() > TimeUnit.SECONDS.toNanos(1)) {
                lately.removeFirst();
            }
            if (lately.size() >= Json.number(limit.get(), "per_second")) {
                return true;
            }
            lately.addLast(now);
            return false;
        }
    }

    private static void checkVersion(Exchange exchange) {
        String version = exchange.header("Stripe-Version").orElse(Change.API_VERSION);
        String major = Change.API_VERSION.substring(Change.API_VERSION.indexOf('.'));
        if (!version.matches("\\d{4}-\\d\\d-\\d\\d" + java.util.regex.Pattern.quote(major))) {
            throw StripeError.invalid(
                    null,
                    "Invalid Stripe API version: %s. The double speaks %s.".formatted(version, Change.API_VERSION),
                    null);
        }
    }
}
