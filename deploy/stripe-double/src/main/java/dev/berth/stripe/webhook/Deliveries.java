package dev.berth.stripe.webhook;

import dev.berth.stripe.state.DoubleClock;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.state.Store;
import dev.berth.stripe.state.Tx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Delivers what is due, one after the other in the order of their times, and again later when the receiver does not answer 2xx. What was
 * delivered and what was given up stays known, the newest {@value #KEPT}. Runs on a thread of its own.
 */
public final class Deliveries implements AutoCloseable {
    private static final int KEPT = 2_000;
    private static final long LOOK_MILLIS = 50;
    private static final String FORMER_SECRET = "whsec_former_secret_of_the_double";

    private final Store store;
    private final DoubleClock clock;
    private final List<Duration> retries;
    private final Duration patience;
    private final HttpClient http;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Begins to deliver.
     *
     * @param retries how long after each failed attempt the next follows, by the double's clock; after the last it is given up
     * @param patience how long an answer may take
     */
    public Deliveries(Store store, DoubleClock clock, List<Duration> retries, Duration patience) {
        this.store = store;
        this.clock = clock;
        this.retries = List.copyOf(retries);
        this.patience = patience;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(patience)
                .build();
        this.thread = Thread.ofVirtual().name("webhooks").start(this::run);
    }

    private void run() {
        while (!closed) {
            try {
                long seen = store.version();
                if (!deliverNext()) {
                    store.awaitChangeSince(seen, LOOK_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Whether nothing is due now; what is due later does not count. */
    public boolean idle() {
        return store.change(tx -> next(tx).isEmpty());
    }

    private Optional<ObjectNode> next(Tx tx) {
        long now = clock.now(tx).toEpochMilli();
        return Outbox.deliveries(tx).reversed().stream()
                .filter(delivery ->
                        Json.text(delivery, "state").equals("pending") && Json.number(delivery, "due_millis") <= now)
                .min(Comparator.comparingLong(delivery -> Json.number(delivery, "due_millis")));
    }

    /**
     * What is to be sent.
     *
     * @param request null when event or endpoint are gone, or its address is none
     */
    private record Parcel(ObjectNode delivery, @Nullable HttpRequest request) {}

    private boolean deliverNext() throws InterruptedException {
        Optional<Parcel> parcel = store.change(tx -> next(tx).map(delivery -> pack(tx, delivery)));
        if (parcel.isEmpty()) {
            return false;
        }
        int status = 0;
        String failure = "";
        HttpRequest request = parcel.get().request();
        try {
            if (request == null) {
                failure = "the event or the endpoint is gone, or its address is none";
            } else {
                status = http.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
            }
        } catch (IOException e) {
            failure = String.valueOf(e);
        }
        note(Json.text(parcel.get().delivery(), "id"), status, failure, request == null);
        return true;
    }

    private Parcel pack(Tx tx, ObjectNode delivery) {
        Optional<ObjectNode> event = tx.find("event", Json.text(delivery, "event"));
        Optional<ObjectNode> endpoint = tx.find(Outbox.ENDPOINTS, Json.text(delivery, "endpoint"));
        if (event.isEmpty() || endpoint.isEmpty()) {
            return new Parcel(delivery, null);
        }
        if (delivery.has("version")) {
            event.get().put("api_version", Json.text(delivery, "version"));
        }
        String body = Json.pretty(event.get());
        String secret = Json.text(endpoint.get(), "secret");
        List<String> secrets = switch (Json.text(delivery, "signed")) {
            case "twice" -> List.of(FORMER_SECRET, secret);
            case "wrongly" -> List.of(FORMER_SECRET);
            default -> List.of(secret);
        };
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(URI.create(Json.text(endpoint.get(), "url")));
        } catch (IllegalArgumentException e) {
            return new Parcel(delivery, null); // kept by a state file: nobody can be called there
        }
        long seconds = clock.unmoved().getEpochSecond() + Json.number(delivery, "shift_seconds");
        return new Parcel(
                delivery,
                request.timeout(patience)
                        .header("Content-Type", "application/json; charset=utf-8")
                        .header("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
                        .header("Stripe-Signature", Signature.header(seconds, body, secrets))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    private void note(String id, int status, String failure, boolean hopeless) {
        store.change(tx -> {
            Optional<ObjectNode> found = tx.find(Outbox.KIND, id);
            if (found.isEmpty()) {
                return false;
            }
            ObjectNode delivery = found.get();
            ArrayNode attempts = delivery.withArray("attempts");
            long now = clock.now(tx).toEpochMilli();
            attempts.add(Json.of("at_millis", now, "status", status, "failure", failure));
            if (status >= 200 && status < 300) {
                delivery.put("state", "delivered");
                tx.find("event", Json.text(delivery, "event"))
                        .ifPresent(event -> tx.put(
                                "event",
                                event.put(
                                        "pending_webhooks", Math.max(0, Json.number(event, "pending_webhooks") - 1))));
            } else if (hopeless || attempts.size() > retries.size()) {
                delivery.put("state", "given_up");
            } else {
                delivery.put(
                        "due_millis", now + retries.get(attempts.size() - 1).toMillis());
            }
            tx.put(Outbox.KIND, delivery);
            forgetOld(tx);
            return true;
        });
    }

    private static void forgetOld(Tx tx) {
        List<ObjectNode> all = tx.newestFirst(Outbox.KIND);
        if (all.size() > KEPT) {
            ObjectNode oldest = all.getLast();
            if (!Json.text(oldest, "state").equals("pending")) {
                tx.remove(Outbox.KIND, Json.text(oldest, "id"));
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.shutdownNow();
    }
}
