package dev.berth.billing.notice;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentMethod;
import com.stripe.param.PaymentMethodAttachParams;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.berth.billing.Billing;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.invoice.InvoiceProperties;
import dev.berth.billing.payment.Disputes;
import dev.berth.billing.payment.KeptMethods;
import dev.berth.billing.payment.PaymentProvider;
import dev.berth.billing.stripe.ProviderCalls;
import dev.berth.billing.stripe.Setups;
import dev.berth.billing.stripe.StripeApi;
import dev.berth.billing.stripe.StripeCustomers;
import dev.berth.billing.stripe.StripeDisputes;
import dev.berth.billing.stripe.StripeProperties;
import dev.berth.billing.stripe.StripeProvider;
import dev.berth.billing.stripe.StripeProviders;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentMethodId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.stripe.DoubleOptions;
import dev.berth.stripe.StripeDouble;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import tools.jackson.databind.node.ObjectNode;

/** Billing with Stripe's double behind it, on one clock; webhooks come by HTTP and are taken as the gateway would pass them on. */
final class AtStripe implements AutoCloseable {
    static final String START = "2026-03-10T00:00:00Z";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    final Billing billing;
    final StripeDouble stripe;
    final KeptMethods methods = new KeptMethods();
    final StripeCustomers customers;
    final Setups setups;
    final Notices notices;
    final NoticeWorker worker;
    final Reconciliation reconciliation;
    final StripeProvider provider;
    private final HttpServer server;
    private final StripeClient client;
    private final Webhooks webhooks;

    /** The provider is wrapped by whoever wants to stand in its way. */
    AtStripe(UnaryOperator<PaymentProvider> wrapped) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Parts parts = new Parts();
        billing = new Billing(START, InvoiceProperties.defaults(), rooms -> {
            parts.stripe = StripeDouble.start(DoubleOptions.inMemory()
                    .withTime(rooms.clock)
                    .withRetries(List.of(Duration.ofMillis(1), Duration.ofMinutes(1), Duration.ofHours(1)))
                    .withWebhook(
                            URI.create("http://127.0.0.1:%d/"
                                    .formatted(server.getAddress().getPort())),
                            "whsec_one"));
            parts.properties = new StripeProperties(
                    parts.stripe.secretKey(),
                    parts.stripe.publishableKey(),
                    List.of("whsec_two", "whsec_one"),
                    URI.create(parts.stripe.apiBase()),
                    URI.create("http://berth.test"),
                    Duration.ofSeconds(5),
                    Duration.ofHours(24));
            parts.api = new StripeApi(parts.properties);
            parts.calls = new ProviderCalls(rooms.dsl, rooms.clock);
            parts.customers = new StripeCustomers(rooms.dsl, rooms.customers, parts.api, parts.calls, rooms.clock);
            parts.provider = StripeProviders.of(rooms.dsl, parts.properties, parts.customers, parts.api, parts.calls);
            return wrapped.apply(parts.provider);
        });
        stripe = parts.stripe;
        customers = parts.customers;
        provider = parts.provider;
        setups = new Setups(
                billing.dsl, parts.properties, parts.api, parts.customers, parts.calls, methods, billing.clock);
        notices = new Notices(billing.dsl, billing.clock);
        worker = new NoticeWorker(
                billing.dsl,
                notices,
                provider,
                billing.payments,
                setups,
                new StripeDisputes(parts.api),
                new Disputes(billing.dsl, billing.ledger, billing.outbox, billing.clock),
                billing.refunds);
        reconciliation = new Reconciliation(billing.dsl, parts.properties, parts.api, notices, billing.clock);
        webhooks = new Webhooks(parts.properties, notices, billing.clock);
        client = StripeClient.builder()
                .setApiKey(stripe.secretKey())
                .setApiBase(stripe.apiBase())
                .build();
        server.createContext("/", this::webhook);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    /** What is made while billing is being made. */
    private static final class Parts {
        private StripeDouble stripe;
        private StripeProperties properties;
        private StripeApi api;
        private ProviderCalls calls;
        private StripeCustomers customers;
        private StripeProvider provider;
    }

    private void webhook(HttpExchange exchange) throws IOException {
        int status = 200;
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            try {
                webhooks.take(body, exchange.getRequestHeaders().getFirst("Stripe-Signature"));
            } catch (Refusal refusal) {
                status = refusal.code().status();
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    /** An account with one of Stripe's test cards as its default, such as {@code pm_card_visa}. */
    AccountId account(String currency, String card) {
        AccountId account = billing.open("showcase", currency, "UTC");
        card(account, card);
        return account;
    }

    /** Gives an account a card, which becomes the default. */
    PaymentMethodId card(AccountId account, String card) {
        String customer = customers.ensure(account).orThrow(IllegalStateException::new);
        try {
            PaymentMethod method = client.v1()
                    .paymentMethods()
                    .attach(
                            card,
                            PaymentMethodAttachParams.builder()
                                    .setCustomer(customer)
                                    .build());
            return billing.dsl.transactionResult(configuration -> methods.keep(
                    configuration.dsl(),
                    account,
                    new KeptMethods.Seen(
                            method.getId(), "card", "visa", method.getCard().getLast4(), 12, 2040),
                    true,
                    billing.clock.instant()));
        } catch (StripeException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From now on the bank refuses the default of an account for that reason. */
    void refuse(AccountId account, String code) {
        stripe.decline(methods.defaultOf(billing.dsl, account).orElseThrow().reference(), code);
    }

    /** A final invoice over some seconds of a vCPU and a GiB. */
    InvoiceId invoice(AccountId account, int seconds) {
        Instant start = billing.clock.instant();
        billing.used(Billing.pieces(
                account, WorkloadId.next(), ContainerId.next(), start, start.plusSeconds(seconds), 1000, 1024));
        billing.clock.set(start.plusSeconds(seconds + 60L));
        billing.complete(billing.clock.instant());
        billing.close(account);
        return billing.periods
                .lastByOperator(billing.dsl, account)
                .orElseThrow()
                .invoice();
    }

    /** Waits until the double has delivered what is due, and looks at all of it. */
    void told() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(stripe::webhooksIdle);
        look();
    }

    /** Looks at all events that are due. */
    void look() {
        while (worker.pass(_ -> {}) > 0) {
            // there may be more than one pass of them
        }
    }

    /** The customer answers the bank on its page. */
    void answer(String url, boolean well) {
        post(url, "result=" + (well ? "complete" : "fail"));
    }

    /** Types a card in on the page of a visit. */
    void type(String url, String number) {
        post(url, "number=%s&expiry=12+%%2F+34&cvc=123&name=Test".formatted(number));
    }

    private static void post(String url, String form) {
        try {
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(form))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 399);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The PaymentIntents at the double. */
    List<ObjectNode> intents() {
        return stripe.objects("payment_intent");
    }

    @Override
    public void close() {
        server.stop(0);
        stripe.close();
        billing.close();
    }
}
