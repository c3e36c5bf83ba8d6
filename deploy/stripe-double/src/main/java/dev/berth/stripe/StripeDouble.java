package dev.berth.stripe;

import dev.berth.stripe.card.Decline;
import dev.berth.stripe.fault.Faults;
import dev.berth.stripe.resource.Change;
import dev.berth.stripe.resource.Disputes;
import dev.berth.stripe.resource.Endpoints;
import dev.berth.stripe.resource.Jobs;
import dev.berth.stripe.resource.Saved;
import dev.berth.stripe.server.Edge;
import dev.berth.stripe.state.DoubleClock;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.state.Store;
import dev.berth.stripe.webhook.Deliveries;
import dev.berth.stripe.webhook.Outbox;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * A running double of Stripe. {@link #start} it in a test, give {@link #apiBase}, {@link #secretKey} and {@link #webhookSecret} to the code
 * under test, and close it at the end. All that the control API can do by HTTP can be done here by methods. Safe for use by several threads.
 */
public final class StripeDouble implements AutoCloseable {
    private static final long JOB_LOOK_MILLIS = 50;

    private final DoubleOptions options;
    private final Store store;
    private final DoubleClock clock;
    private final Edge edge;
    private final Deliveries deliveries;
    private final Thread jobs;
    private volatile boolean closed;

    private StripeDouble(DoubleOptions options) {
        this.options = options;
        this.store = options.file().map(Store::in).orElseGet(Store::inMemory);
        this.clock = new DoubleClock(options.time(), store);
        this.edge = new Edge(
                options.port(), options.secretKey(), options.publishableKey(), store, clock, this::registerWebhook);
        registerWebhook();
        this.deliveries = new Deliveries(store, clock, options.retries(), options.patience());
        this.jobs = Thread.ofVirtual().name("jobs").start(this::doJobs);
    }

    /**
     * Starts one; it answers when this returns.
     *
     * @throws java.io.UncheckedIOException when its port is taken or its file cannot be used
     */
    public static StripeDouble start(DoubleOptions options) {
        return new StripeDouble(options);
    }

    private void registerWebhook() {
        options.webhookUrl().ifPresent(url -> addEndpoint(url, options.webhookSecret()));
    }

    private void doJobs() {
        try {
            while (!closed) {
                long seen = store.version();
                if (!change(Jobs::doNext)) {
                    store.awaitChangeSince(seen, JOB_LOOK_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> T change(Function<Change, T> work) {
        return store.change(tx -> work.apply(new Change(tx, clock.now(tx), null, null, edge.base())));
    }

    /** For {@code StripeClient.builder().setApiBase}. */
    public String apiBase() {
        return edge.base();
    }

    /** Where the pages for customers are. */
    public String hostedBase() {
        return edge.base();
    }

    /** The secret API key. */
    public String secretKey() {
        return options.secretKey();
    }

    /** The publishable key. */
    public String publishableKey() {
        return options.publishableKey();
    }

    /** The secret that webhooks to the endpoint of the options are signed with. */
    public String webhookSecret() {
        return options.webhookSecret();
    }

    /** Sends all events there, signed with that secret, from now on. */
    public void addEndpoint(URI url, String secret) {
        change(change -> Endpoints.register(change, url, secret));
    }

    /**
     * Switches a fault on, as {@code POST /_double/faults} does.
     *
     * @param json such as {@code {"kind": "drop_reply", "times": 2, "path": "/v1/payment_intents"}}
     */
    public void fault(String json) {
        store.change(tx -> Faults.add(tx, Json.parse(json)));
    }

    /** The faults that are on. */
    public List<ObjectNode> faults() {
        return store.change(Faults::all);
    }

    /** Switches all faults off. */
    public void clearFaults() {
        store.change(tx -> {
            Faults.remove(tx, "");
            return true;
        });
    }

    /** The double's time. */
    public Instant now() {
        return clock.now();
    }

    /** Moves the double's time. */
    public void advance(Duration by) {
        clock.advance(by);
    }

    /** From now on payments with that saved card are refused for that reason, such as {@code insufficient_funds}; an empty one undoes it. */
    public void decline(String paymentMethod, String declineCode) {
        Optional<Decline> decline = Decline.of(declineCode);
        if (decline.isEmpty() && !declineCode.isEmpty()) {
            throw new IllegalArgumentException("No such decline code: " + declineCode);
        }
        store.change(tx -> {
            Saved.decide(tx, paymentMethod, decline);
            return true;
        });
    }

    /** A customer disputes a charge; the id of the dispute. */
    public String dispute(String charge, String reason) {
        return Json.text(change(change -> Disputes.open(change, charge, reason, false)), "id");
    }

    /** The issuer decides a dispute. */
    public void decideDispute(String dispute, boolean won) {
        change(change -> Disputes.decide(change, dispute, won));
    }

    /** All objects of a kind, such as {@code charge}, the oldest first. */
    public List<ObjectNode> objects(String kind) {
        return store.change(tx -> tx.newestFirst(kind)).reversed().stream()
                .map(ObjectNode::deepCopy)
                .toList();
    }

    /** The requests to the API, the oldest first: id, method, path, key, status, outcome. */
    public List<ObjectNode> requests() {
        return edge.log().all();
    }

    /** The deliveries of webhooks, the oldest first. */
    public List<ObjectNode> deliveries() {
        return store.change(Outbox::deliveries).reversed();
    }

    /** Whether no webhook is due and none is on its way; those that are due later do not count. */
    public boolean webhooksIdle() {
        return deliveries.idle();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        edge.close();
        deliveries.close();
        jobs.interrupt();
        try {
            jobs.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.close();
    }
}
