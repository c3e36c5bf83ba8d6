package dev.berth.billing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.Event;
import dev.berth.schema.Service;
import dev.berth.schema.Topic;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.CreditGrantId;
import dev.berth.schema.id.PaymentMethodId;
import dev.berth.schema.id.TaxRateId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.testing.InternalRoutes;
import dev.berth.schema.testing.TestClock;
import dev.berth.schema.testing.TestDatabase;
import dev.berth.schema.testing.TestKafka;
import dev.berth.schema.usage.WatermarkAdvanced;
import dev.berth.schema.wire.Identity;
import dev.berth.schema.wire.IdentitySigner;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Outbox;
import dev.berth.schema.wire.OutboxRelay;
import dev.berth.schema.wire.Wire;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** The service as a whole: real broker, real database, its own HTTP. */
@Tag("parts")
class HttpTest {
    private static final String SECRET = "a secret for tests that is long enough";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Identity OPERATOR = new Identity(null, "operator", "op_1", true);
    private static final Instant START = Instant.parse("2026-03-10T00:00:00Z");
    private static final TestClock CLOCK = new TestClock(Instant.parse("2026-03-10T00:10:00Z"));
    private static final IdentitySigner SIGNER = new IdentitySigner(SECRET, CLOCK);

    private static final Map<String, String> STANDARD = Map.of("name", "standard", "currency", "EUR");
    private static TestDatabase database;
    private static Upstream gateway;
    private static Upstream metering;
    private static ConfigurableApplicationContext app;
    private static int port;

    /** Another service as far as its events go. */
    private record Upstream(TestDatabase database, Outbox outbox, OutboxRelay relay) {
        static Upstream of(Service service) {
            TestDatabase database = TestDatabase.fresh(service);
            Wire wire = new Wire(
                    service,
                    TestKafka.shared().bootstrapServers(),
                    database.dataSource(),
                    InstantSource.system(),
                    new SimpleMeterRegistry());
            OutboxRelay relay = new OutboxRelay(wire, Duration.ofDays(1));
            relay.start();
            return new Upstream(database, new Outbox(service), relay);
        }

        void tell(List<? extends Event> events) {
            database.dsl()
                    .transaction(configuration -> outbox.appendAll(
                            configuration.dsl(),
                            events.stream()
                                    .map(event -> new Outbox.Draft(event, Billing.CAUSE))
                                    .toList()));
        }

        void close() {
            relay.close();
            database.close();
        }
    }

    @BeforeAll
    static void start() {
        TestKafka.shared().clean();
        database = TestDatabase.fresh(Service.BILLING);
        gateway = Upstream.of(Service.GATEWAY);
        metering = Upstream.of(Service.METERING);
        SpringApplication application = new SpringApplication(BillingApplication.class);
        application.addInitializers(context -> context.getBeanFactory().registerSingleton("everybodysClock", CLOCK));
        app = application.run(
                "--server.port=0",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--berth.kafka=" + TestKafka.shared().bootstrapServers(),
                "--berth.identity-secret=" + SECRET);
        port = ((ServletWebServerApplicationContext) app).getWebServer().getPort();
    }

    @AfterAll
    static void stop() {
        app.close();
        gateway.close();
        metering.close();
        database.close();
    }

    @Test
    void anAccountIsBilledFromItsEventsAndPaysWithATestCard() {
        AccountId account = open("showcase");
        Identity customer = identity(account);
        WorkloadId workload = WorkloadId.next();
        metering.tell(Billing.pieces(account, workload, ContainerId.next(), START, START.plusSeconds(60), 1000, 1024));
        Instant at = CLOCK.instant();
        Map<String, Object> close = Map.of("account", account.toString(), "at", Json.text(at));
        assertThat(post("/operator/close", OPERATOR, close)
                        .expect(202)
                        .at("/closes/0/state")
                        .asString())
                .isEqualTo("waiting_for_watermark");
        complete(at);
        Map<String, Object> atLess = Map.of("account", account.toString());
        JsonNode closed = Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(
                        () -> post("/operator/close", OPERATOR, atLess)
                                .expect(202)
                                .at("/closes/0"),
                        answer -> answer.at("/state").asString().equals("finalized"));
        assertThat(post("/operator/close", OPERATOR, atLess).expect(202).at("/closes/0"))
                .as("the same call answers the same")
                .isEqualTo(closed);
        assertThat(closed.at("/period/end").asString()).isEqualTo(Json.text(at));

        String id = closed.at("/invoice").asString();
        JsonNode invoice = get("/invoices/" + id, customer).expect(200);
        assertThat(invoice.at("/status").asString()).isEqualTo("final");
        assertThat(invoice.at("/total/amount_minor").asLong()).isEqualTo(720);
        assertThat(invoice.at("/total/currency").asString()).isEqualTo("EUR");
        assertThat(invoice.at("/lines/0/quantity").asString()).isEqualTo("60");
        assertThat(invoice.at("/lines/0/unit_price").asString()).isEqualTo("0.1");
        assertThat(invoice.at("/terms/prices/name").asString()).isEqualTo("showcase");
        JsonNode intervals = get(
                        "/invoices/%s/lines/%s/intervals"
                                .formatted(id, invoice.at("/lines/0/id").asString()),
                        customer)
                .expect(200);
        assertThat(intervals.at("/data/0/started_at").asString()).isEqualTo(Json.text(START));
        assertThat(intervals.at("/data/0/ms").asLong()).isEqualTo(60_000);
        assertThat(intervals.at("/data/0/cause/operation").asString()).isEqualTo(Billing.CAUSE.operation());

        JsonNode declined = post("/invoices/" + id + "/pay", customer, card("4000000000009995"))
                .expect(402);
        assertThat(declined.at("/code").asString()).isEqualTo("insufficient_funds");
        JsonNode paid = post("/invoices/" + id + "/pay", customer, card("4242424242424242"))
                .expect(200);
        assertThat(paid.at("/status").asString()).isEqualTo("paid");
        assertThat(post("/invoices/" + id + "/pay", customer, card("4242424242424242"))
                        .expect(409)
                        .at("/code")
                        .asString())
                .isEqualTo("already_paid");
        assertThat(get("/operator/ledger/trial_balance", OPERATOR)
                        .expect(200)
                        .at("/balanced")
                        .asBoolean())
                .isTrue();
        assertThat(get("/invoices", customer).expect(200).at("/data/0/id").asString())
                .isEqualTo(id);
        assertThat(get("/invoices?status=void", customer).expect(200).at("/data"))
                .isEmpty();
        assertThat(get("/invoices/" + id, identity(AccountId.next()))
                        .expect(404)
                        .at("/code")
                        .asString())
                .isEqualTo("not_found");
    }

    @Test
    void aCloseOfAllAccountsIsAnsweredInPages() {
        List<AccountId> accounts = List.of(open("showcase"), open("showcase"));
        accounts.forEach(account -> get("/period", identity(account)).expect(200));
        Instant at = START.plusSeconds(1);
        Map<String, Object> all = Map.of("at", Json.text(at));
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            JsonNode first = post("/operator/close?limit=1", OPERATOR, all).expect(202);
            assertThat(first.at("/state").asString()).isNotEqualTo("closing");
            assertThat(first.at("/closes")).hasSize(1);
            JsonNode second = post(
                            "/operator/close?limit=200&cursor="
                                    + first.at("/next_cursor").asString(),
                            OPERATOR,
                            all)
                    .expect(202);
            assertThat(second.at("/closes/0/account")).isNotEqualTo(first.at("/closes/0/account"));
        });
    }

    @Test
    void useThatStillRunsIsPricedAsTheInvoiceWillBe() {
        AccountId account = open("showcase");
        Identity customer = identity(account);
        JsonNode period = get("/period", customer).expect(200);
        Map<String, Object> usage = Map.of(
                "from", period.at("/start").asString(),
                "to", Json.text(CLOCK.instant()),
                "as_of", Json.text(CLOCK.instant()),
                "data",
                        List.of(
                                row(WorkloadId.next(), "0.333333"),
                                row(WorkloadId.next(), "0.333333"),
                                row(WorkloadId.next(), "0.333334")),
                "total", Map.of("container_ms", 1000, "vcpu_seconds", "1", "gib_seconds", "1"));
        JsonNode rated = post("/rate", customer, usage).expect(200);
        assertThat(rated.at("/total/cost/amount_minor").asLong()).isEqualTo(12);
        assertThat(rated.at("/as_of").asString()).isNotEmpty();
        long rows = 0;
        for (JsonNode row : rated.at("/data")) {
            rows += row.at("/cost/amount_minor").asLong();
        }
        assertThat(rows).isEqualTo(12);
        JsonNode upcoming = post("/invoices/upcoming", customer, usage).expect(200);
        assertThat(upcoming.at("/status").asString()).isEqualTo("gathering");
        assertThat(upcoming.at("/number").isNull()).isTrue();
        assertThat(upcoming.at("/total/amount_minor").asLong()).isEqualTo(12);
        assertThat(upcoming.at("/lines")).hasSize(6);
    }

    @Test
    void pricesAndQuotesAreThoseOfTheBookThatTheAccountIsPinnedTo() {
        Identity nobody = new Identity(null, "anonymous", "op_2", false);
        JsonNode prices = get("/prices?currency=EUR", nobody).expect(200);
        assertThat(prices.at("/name").asString()).isEqualTo("standard");
        assertThat(prices.at("/sizes/0/name").asString()).isEqualTo("xs");
        assertThat(prices.at("/components/0/unit_price").asString()).isEqualTo("0.0000115");
        JsonNode unknown = get("/prices?currency=XXX", nobody).expect(422);
        assertThat(unknown.at("/code").asString()).isEqualTo("unsupported_currency");
        assertThat(unknown.at("/detail").asString()).contains("EUR, GBP, JPY, KWD, USD");

        Identity customer = identity(open("showcase"));
        assertThat(get("/prices", customer).expect(200).at("/name").asString()).isEqualTo("showcase");
        JsonNode quote = post("/quote", customer, Map.of("cpu_millis", 250, "memory_mib", 256, "replicas", 2))
                .expect(200);
        assertThat(quote.at("/per_hour/amount_minor").asLong()).isEqualTo(21_600);
        assertThat(quote.at("/per_hour_exact").asString()).isEqualTo("216");
        assertThat(quote.at("/per_month/amount_minor").asLong()).isEqualTo(21_600L * 730);
        assertThat(post("/quote", nobody, Map.of("cpu_millis", 250, "memory_mib", 256))
                        .expect(200)
                        .at("/per_hour_exact")
                        .asString())
                .isEqualTo("0.0126");
        JsonNode wrong = post("/quote", customer, Map.of("cpu_millis", 0, "replicas", -1))
                .expect(422);
        assertThat(wrong.at("/errors")).hasSize(3);
    }

    @Test
    void standingIsGoodUntilTheOperatorOrAnOverdueInvoiceSaysOtherwise() {
        AccountId account = open("showcase");
        Identity customer = identity(account);
        assertThat(get("/standing", customer).expect(200).at("/standing").asString())
                .isEqualTo("good");
        assertThat(post(
                                "/operator/accounts/%s/standing".formatted(account),
                                OPERATOR,
                                Map.of("standing", "suspended", "reason", "abuse"))
                        .expect(200)
                        .at("/standing")
                        .asString())
                .isEqualTo("suspended");
        assertThat(get("/standing", customer).expect(200).at("/reason").asString())
                .isEqualTo("abuse");
        JsonNode run = post(
                        "/operator/dunning/run",
                        OPERATOR,
                        Map.of("account", account.toString(), "at", "2040-01-01T00:00:00Z"))
                .expect(200);
        assertThat(run.at("/data")).isEmpty();
        assertThat(get("/operator/accounts?limit=1", OPERATOR).expect(200).at("/data"))
                .hasSize(1);
        assertThat(get("/operator/accounts", customer).expect(403).at("/code").asString())
                .isEqualTo("operator_only");
    }

    @Test
    void badInputIsAnsweredWithWhatIsWrongAndWhatToDo() {
        AccountId account = open("standard");
        Identity customer = identity(account);
        assertThat(get("/invoices", null).expect(401).at("/hint").asString()).isNotBlank();
        assertThat(get("/invoices?limit=0", customer)
                        .expect(422)
                        .at("/errors/0/field")
                        .asString())
                .isEqualTo("limit");
        assertThat(get("/invoices?limit=many", customer)
                        .expect(422)
                        .at("/errors/0/field")
                        .asString())
                .isEqualTo("limit");
        get("/invoices?cursor=x", customer).expect(422);
        get("/invoices?status=lost", customer).expect(422);
        get("/invoices/nothing", customer).expect(404);
        get("/nowhere", customer).expect(404);
        get("/quote", customer).expect(405);
        assertThat(send("POST", "/quote", customer, "{").expect(400).at("/code").asString())
                .isEqualTo("unreadable");
        assertThat(send("POST", "/quote", customer, "{\"cpus\": 1}")
                        .expect(422)
                        .at("/errors/0/field")
                        .asString())
                .isEqualTo("cpus");
        assertThat(send("POST", "/quote", customer, "{\"cpu_millis\": 1" + " ".repeat(5_000_000) + "}")
                        .expect(413)
                        .at("/code")
                        .asString())
                .isEqualTo("too_large");
        post("/operator/close", customer, Map.of()).expect(403);
        assertThat(post("/operator/close?cursor=" + account, OPERATOR, Map.of())
                        .expect(422)
                        .at("/errors/0/field")
                        .asString())
                .isEqualTo("at");
        assertThat(post(
                                "/operator/close",
                                OPERATOR,
                                Map.of("account", account.toString(), "at", "2040-01-01T00:00:00Z"))
                        .expect(409)
                        .at("/code")
                        .asString())
                .isEqualTo("period_not_over");
        post("/rate", customer, Map.of("from", "now")).expect(422);
        get("/standing", OPERATOR).expect(422);
        assertThat(get("/standing", identity(AccountId.next()))
                        .expect(503)
                        .at("/code")
                        .asString())
                .isEqualTo("account_not_ready");
    }

    @Test
    void eachRouteIsTheAccountsOwnOrTheOperators() {
        AccountId owner = open("showcase");
        AccountId stranger = open("showcase");
        List.of(owner, stranger)
                .forEach(one -> Awaitility.await()
                        .until(() -> get("/period", identity(one)).status() == 200));
        metering.tell(
                Billing.pieces(owner, WorkloadId.next(), ContainerId.next(), START, START.plusSeconds(60), 1000, 1024));
        complete(CLOCK.instant());
        Map<String, Object> close = Map.of("account", owner.toString(), "at", Json.text(CLOCK.instant()));
        String invoice = Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(
                        () -> post("/operator/close", OPERATOR, close)
                                .expect(202)
                                .at("/closes/0/invoice")
                                .asString(""),
                        id -> !id.isEmpty());
        String line = get("/invoices/" + invoice, identity(owner))
                .expect(200)
                .at("/lines/0/id")
                .asString();
        String note = post(
                        "/operator/invoices/%s/credit_notes".formatted(invoice),
                        OPERATOR,
                        Map.of("net", Map.of("amount_minor", 1, "currency", "EUR"), "reason", "an hour was dark"))
                .expect(201)
                .at("/id")
                .asString();
        Map<String, String> id = Map.of("id", invoice);
        String kept = kept(owner);
        String use =
                "{\"from\": \"%s\", \"to\": \"%s\", \"data\": [], \"total\": {\"container_ms\": 0, \"vcpu_seconds\": \"0\", \"gib_seconds\": \"0\"}}"
                        .formatted(Json.text(CLOCK.instant()), Json.text(CLOCK.instant()));
        new InternalRoutes(URI.create("http://127.0.0.1:%d/".formatted(port)), SECRET, CLOCK)
                .read("/internal/v1/period", "", Map.of(), 200)
                .read("/internal/v1/invoices", "", Map.of(), 200)
                .write("/internal/v1/invoices/upcoming", Map.of(), use, 200)
                .read("/internal/v1/invoices/{id}", "", id, 200)
                .read("/internal/v1/invoices/{id}/pdf", "", id, 200)
                .read("/internal/v1/invoices/{id}/evidence", "", id, 200)
                .read("/internal/v1/signing_keys", "", Map.of(), 200)
                .read("/internal/v1/usage/focus", "?invoice={id}", id, 200)
                .operator("POST", "/internal/v1/operator/signing_keys/rotate", Map.of(), 200)
                .operator("POST", "/internal/v1/operator/invoices/{id}/replay", id, 200)
                .read("/internal/v1/invoices/{id}/lines/{line}/intervals", "", Map.of("id", invoice, "line", line), 200)
                .read("/internal/v1/prices", "", Map.of(), 200)
                .write("/internal/v1/quote", Map.of(), "{\"cpu_millis\": 250, \"memory_mib\": 256}", 200)
                .write("/internal/v1/rate", Map.of(), use, 200)
                .read("/internal/v1/standing", "", Map.of(), 200)
                .read("/internal/v1/spend_cap", "", Map.of(), 200)
                .write(
                        "/internal/v1/spend_cap",
                        Map.of(),
                        "{\"amount\": {\"amount_minor\": 100000000, \"currency\": \"EUR\"}, \"action\": \"refuse\"}",
                        200)
                .write(
                        "/internal/v1/spend_cap/may_start",
                        Map.of(),
                        "{\"cpu_millis\": 250, \"memory_mib\": 256, \"replicas\": 1}",
                        200)
                .write("/internal/v1/spend_cap/remove", Map.of(), "{}", 200)
                .operator("POST", "/internal/v1/operator/live", Map.of(), 422)
                .operator("POST", "/internal/v1/operator/accounts/{id}/prepaid", Map.of("id", owner.toString()), 422)
                .read("/internal/v1/invoices/{id}/payments", "", id, 200)
                .read("/internal/v1/payment_methods", "", Map.of(), 200)
                .write("/internal/v1/payment_methods", Map.of(), "{}", 409)
                .write("/internal/v1/payment_methods/{id}/make_default", Map.of("id", kept), "{}", 200)
                .write("/internal/v1/payment_methods/{id}/remove", Map.of("id", kept), "{}", 409)
                .write("/internal/v1/stripe/webhook", Map.of(), "{}", 404)
                .write(
                        "/internal/v1/invoices/{id}/pay",
                        id,
                        Json.mapper().writeValueAsString(card("4242424242424242")),
                        200)
                .read("/internal/v1/billing_details", "", Map.of(), 200)
                .write("/internal/v1/billing_details", Map.of(), "{\"country\": \"DE\"}", 200)
                .read("/internal/v1/credits", "", Map.of(), 200)
                .read("/internal/v1/coupons", "", Map.of(), 200)
                .write("/internal/v1/coupons/redeem", Map.of(), "{\"code\": \"NOBODYS\"}", 404)
                .read("/internal/v1/credit_notes", "", Map.of(), 200)
                .read("/internal/v1/credit_notes/{id}", "", Map.of("id", note), 200)
                .read("/internal/v1/credit_notes/{id}/pdf", "", Map.of("id", note), 200)
                .operator("POST", "/internal/v1/operator/invoices/{id}/credit_notes", id, 422)
                .operator("POST", "/internal/v1/operator/accounts/{id}/credits", Map.of("id", owner.toString()), 422)
                .operator("POST", "/internal/v1/operator/accounts/{id}/tax_exempt", Map.of("id", owner.toString()), 422)
                .operator(
                        "POST",
                        "/internal/v1/operator/credits/{id}/void",
                        Map.of("id", CreditGrantId.next().toString()),
                        404)
                .operator("GET", "/internal/v1/operator/coupons", Map.of(), 200)
                .operator("POST", "/internal/v1/operator/coupons", Map.of(), 422)
                .operator("GET", "/internal/v1/operator/coupons/{code}", Map.of("code", "NOBODYS"), 404)
                .operator("POST", "/internal/v1/operator/coupons/{code}/archive", Map.of("code", "NOBODYS"), 404)
                .operator("POST", "/internal/v1/operator/coupons/{code}/attach", Map.of("code", "NOBODYS"), 422)
                .operator("GET", "/internal/v1/operator/tax_rates", Map.of(), 200)
                .operator("POST", "/internal/v1/operator/tax_rates", Map.of(), 422)
                .operator(
                        "POST",
                        "/internal/v1/operator/tax_rates/{id}/delete",
                        Map.of("id", TaxRateId.next().toString()),
                        404)
                .operator("GET", "/internal/v1/operator/ledger/journal", Map.of(), 200)
                .operator("GET", "/internal/v1/operator/ledger/journal/csv", Map.of(), 422)
                .operator("POST", "/internal/v1/operator/close", Map.of(), 202)
                .operator("POST", "/internal/v1/operator/invoices/{id}/void", id, 422)
                .operator("POST", "/internal/v1/operator/invoices/{id}/write_off", id, 409)
                .operator("POST", "/internal/v1/operator/invoices/{id}/mark_paid", id, 409, 422)
                .operator("GET", "/internal/v1/operator/stripe/events", Map.of(), 200)
                .operator("GET", "/internal/v1/operator/disputes", Map.of(), 200)
                .operator("GET", "/internal/v1/operator/refunds", Map.of(), 200)
                .operator("POST", "/internal/v1/operator/credit_notes/{id}/refund", Map.of("id", note), 409)
                .operator("POST", "/internal/v1/operator/stripe/events/{id}/replay", Map.of("id", "evt_1"), 404)
                .operator("POST", "/internal/v1/operator/stripe/reconcile", Map.of(), 409)
                .operator("POST", "/internal/v1/operator/dunning/run", Map.of(), 200)
                .operator("POST", "/internal/v1/operator/accounts/{id}/standing", Map.of("id", owner.toString()), 422)
                .operator("GET", "/internal/v1/operator/accounts", Map.of(), 200)
                .operator("GET", "/internal/v1/operator/accounts/{id}/test_clock", Map.of("id", owner.toString()), 404)
                .operator("POST", "/internal/v1/operator/accounts/{id}/test_clock", Map.of("id", owner.toString()), 422)
                .operator(
                        "POST",
                        "/internal/v1/operator/accounts/{id}/test_clock/advance",
                        Map.of("id", owner.toString()),
                        422)
                .operator("GET", "/internal/v1/operator/ledger/trial_balance", Map.of(), 200)
                .operator("GET", "/internal/v1/operator/price_books", Map.of(), 200)
                .operator("GET", "/internal/v1/operator/price_books/{name}/{currency}", STANDARD, 200)
                .operator("POST", "/internal/v1/operator/price_books", Map.of(), 422)
                .operator("POST", "/internal/v1/operator/price_books/simulate", Map.of(), 422)
                .operator("GET", "/internal/v1/quarantine", Map.of(), 200)
                .operator(
                        "POST",
                        "/internal/v1/quarantine/{consumer}/{id}/replay",
                        Map.of("consumer", "billing.rating", "id", "99999"),
                        404)
                .check(served(), owner, stranger, List.of(owner.toString(), invoice, line, note));
    }

    /** A card that a provider keeps for an account. */
    private static String kept(AccountId account) {
        PaymentMethodId id = PaymentMethodId.next();
        database.dsl()
                .execute(
                        "insert into payment_method (payment_method_id, account_id, reference, kind, brand, last4, created_at)"
                                + " values (?, ?, ?, 'card', 'visa', '4242', now())",
                        id.uuid(),
                        account.uuid(),
                        "pm_" + id.uuid());
        return id.toString();
    }

    @Test
    void theOperatorSeesWhatNewPricesWouldCostAndPublishesThem() {
        String yaml = """
                name: berlin
                currency: EUR
                effective_from: 2026-04-01T00:00:00Z
                components:
                  - {id: vcpu_seconds, model: per_unit, unit_price: "10", minimum: "20"}
                  - {id: egress_gib, model: package, package_size: "10", package_price: "50"}
                fixed: [{id: platform, per_month: "5.00"}]
                minimum_per_month: "200.00"
                """;
        String path = "/operator/price_books";
        JsonNode whole = post(
                        path + "/simulate",
                        OPERATOR,
                        Map.of("price_book", yaml, "quantities", Map.of("vcpu_seconds", "1.5", "egress_gib", "25")))
                .expect(200);
        assertThat(amounts(whole))
                .containsExactly(
                        "usage vcpu_seconds 1.5 1500",
                        "usage egress_gib 25 15000",
                        "fixed platform 1 500",
                        "minimum vcpu_seconds 1 500",
                        "minimum minimum_per_month 1 2500");
        assertThat(whole.at("/total/amount_minor").asLong()).isEqualTo(20_000);
        JsonNode more = post(
                        path + "/simulate",
                        OPERATOR,
                        Map.of(
                                "price_book",
                                Map.of(
                                        "name",
                                        "o",
                                        "currency",
                                        "EUR",
                                        "effective_from",
                                        "2026-01-01T00:00:00Z",
                                        "components",
                                        List.of(Map.of("id", "seats", "model", "per_unit", "unit_price", "10"))),
                                "quantities",
                                Map.of("seats", "8"),
                                "already_billed",
                                Map.of("seats", "5")))
                .expect(200);
        assertThat(amounts(more)).as("O12").containsExactly("usage seats 3 3000");

        AccountId account = open("showcase");
        metering.tell(Billing.pieces(
                account, WorkloadId.next(), ContainerId.next(), START, START.plusSeconds(60), 1000, 1024));
        Map<String, Object> past = Map.of(
                "price_book",
                yaml,
                "account",
                account.toString(),
                "period",
                Map.of("start", Json.text(START), "end", Json.text(START.plusSeconds(30))));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(
                                amounts(post(path + "/simulate", OPERATOR, past).expect(200)))
                        .contains("usage vcpu_seconds 30 30000"));

        JsonNode wrong = post(
                        path, OPERATOR, Map.of("price_book", yaml.replace("package_size: \"10\"", "package_size: ten")))
                .expect(422);
        assertThat(wrong.at("/errors/0/field").asString()).isEqualTo("price_book.components[1].package_size");
        assertThat(wrong.at("/errors/0/message").asString()).startsWith("line 6: ");
        JsonNode published = post(path, OPERATOR, Map.of("price_book", yaml)).expect(201);
        assertThat(published.at("/version").asInt()).isOne();
        assertThat(post(path, OPERATOR, Map.of("price_book", published)).expect(200))
                .isEqualTo(published);
        assertThat(post(path, OPERATOR, Map.of("price_book", yaml.replace("\"5.00\"", "\"6.00\"")))
                        .expect(409)
                        .at("/code")
                        .asString())
                .isEqualTo("price_book_refused");
        assertThat(get(path + "/berlin/EUR?version=1", OPERATOR).expect(200)).isEqualTo(published);
        get(path + "/berlin/EUR", OPERATOR).expect(404);
        JsonNode listed = get(path + "?name=berlin", OPERATOR).expect(200).at("/data");
        assertThat(listed).hasSize(1);
        assertThat(listed.at("/0/in_force").asBoolean()).isFalse();
        assertThat(get(path + "?name=standard&currency=EUR", OPERATOR)
                        .expect(200)
                        .at("/data/0/in_force")
                        .asBoolean())
                .isTrue();
        JsonNode first = get(path + "?limit=1", OPERATOR).expect(200);
        JsonNode second = get(
                        path + "?limit=200&cursor=" + first.at("/next_cursor").asString(), OPERATOR)
                .expect(200);
        assertThat(second.at("/data")).hasSizeGreaterThan(9).doesNotContain(first.at("/data/0"));
    }

    @Test
    void theOperatorSetsTaxesGivesCreditAndCouponsAndTheCustomerSeesThem() {
        AccountId account = open("showcase");
        Identity customer = identity(account);
        JsonNode wrong = post(
                        "/billing_details", customer, Map.of("country", "DE", "vat_id", "DE136695977", "nme", "x"))
                .expect(422);
        assertThat(wrong.at("/errors")).hasSize(2);
        JsonNode details = post(
                        "/billing_details",
                        customer,
                        Map.of("country", "DE", "vat_id", "DE 136 695 976", "address", "Way 1\r\n20457 Hamburg"))
                .expect(200);
        assertThat(details.at("/vat_id").asString()).isEqualTo("DE136695976");
        assertThat(details.at("/address").asString()).isEqualTo("Way 1\n20457 Hamburg");
        assertThat(details.at("/tax_treatment").asString()).isEqualTo("outside");

        Map<String, Object> amount = Map.of("amount_minor", 500, "currency", "EUR");
        JsonNode grant = post("/operator/accounts/%s/credits".formatted(account), OPERATOR, Map.of("amount", amount))
                .expect(201);
        assertThat(grant.at("/kind").asString()).isEqualTo("promotional");
        post(
                        "/operator/accounts/%s/credits".formatted(account),
                        OPERATOR,
                        Map.of("amount", Map.of("amount_minor", 5, "currency", "USD"), "priority", 101))
                .expect(422);
        assertThat(get("/credits", customer)
                        .expect(200)
                        .at("/balance/amount_minor")
                        .asLong())
                .isEqualTo(500);
        assertThat(post("/operator/credits/%s/void".formatted(grant.at("/id").asString()), OPERATOR, Map.of())
                        .expect(200)
                        .at("/state")
                        .asString())
                .isEqualTo("void");

        assertThat(post("/operator/coupons", OPERATOR, Map.of("code", "x", "percent", "101", "months", 0))
                        .expect(422)
                        .at("/errors"))
                .hasSizeGreaterThan(3);
        JsonNode coupon = post(
                        "/operator/coupons",
                        OPERATOR,
                        Map.of("code", "welcome-10", "description", "Welcome", "percent", "10", "max_discount", amount))
                .expect(201);
        assertThat(coupon.at("/code").asString()).isEqualTo("WELCOME-10");
        JsonNode held = post("/coupons/redeem", customer, Map.of("code", " welcome-10 "))
                .expect(200);
        assertThat(held.at("/left/amount_minor").asLong()).isEqualTo(500);
        assertThat(get("/coupons", customer).expect(200).at("/data")).hasSize(1);
        assertThat(post("/operator/coupons/WELCOME-10/archive", OPERATOR, Map.of())
                        .expect(200)
                        .at("/redemptions")
                        .asInt())
                .isOne();

        JsonNode rate = post(
                        "/operator/tax_rates",
                        OPERATOR,
                        Map.of("country", "FR", "rate", "0.2", "valid_from", "2030-01-01T00:00:00Z"))
                .expect(201);
        assertThat(rate.at("/tax_group").asString()).isEqualTo("standard");
        post("/operator/tax_rates", OPERATOR, Map.of("country", "FR", "rate", "1.2"))
                .expect(422);
        assertThat(get("/operator/tax_rates?country=FR", OPERATOR).expect(200).at("/data"))
                .hasSize(1);
        post("/operator/tax_rates/%s/delete".formatted(rate.at("/id").asString()), OPERATOR, Map.of())
                .expect(200);
        assertThat(get("/operator/tax_rates?country=FR", OPERATOR).expect(200).at("/data"))
                .isEmpty();
        LedgerInvariants.check(database.dsl());
    }

    private static List<String> amounts(JsonNode simulated) {
        List<String> lines = new ArrayList<>();
        for (JsonNode line : simulated.at("/lines")) {
            lines.add("%s %s %s %d"
                    .formatted(
                            line.at("/kind").asString(),
                            line.at("/component").asString(),
                            line.at("/quantity").asString(),
                            line.at("/amount/amount_minor").asLong()));
        }
        return lines;
    }

    private static List<String> served() {
        return app
                .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .stream()
                .flatMap(route -> route.getMethodsCondition().getMethods().stream()
                        .flatMap(method -> route.getPatternValues().stream().map(path -> method + " " + path)))
                .filter(route -> route.contains(" /internal/"))
                .toList();
    }

    @Test
    void readinessShowsEveryPart() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            HttpResponse<String> ready = raw("/readyz");
            assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
            assertThat(ready.body())
                    .contains("relay", "accountConsumer", "usageConsumer", "closing", "dunning", "\"db\"");
        });
        assertThat(raw("/healthz").statusCode()).isEqualTo(200);
        assertThat(get("/quarantine", OPERATOR).expect(200).at("/data")).isEmpty();
    }

    private static Map<String, Object> row(WorkloadId workload, String seconds) {
        return Map.of("key", workload.toString(), "container_ms", 333, "vcpu_seconds", seconds, "gib_seconds", seconds);
    }

    private static Map<String, Object> card(String number) {
        return Map.of("card", Map.of("number", number, "exp_month", 12, "exp_year", 2040, "cvc", "123"));
    }

    private static AccountId open(String plan) {
        AccountId account = AccountId.next();
        gateway.tell(List.of(new AccountOpened(
                account, "Walk & Sons", "a@example.com", plan, "EUR", "UTC", 10, 10_000, 10_000, 1, 1, START)));
        return account;
    }

    private static void complete(Instant watermark) {
        List<Event> events = new ArrayList<>();
        for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
            events.add(new WatermarkAdvanced(partition, watermark));
        }
        metering.tell(events);
    }

    private static Identity identity(AccountId account) {
        return new Identity(account, "usr_1", "op_3", false);
    }

    private record Answer(int status, String body) {
        JsonNode expect(int expected) {
            assertThat(status).as(body).isEqualTo(expected);
            return Json.mapper().readTree(body);
        }
    }

    private static Answer get(String path, @Nullable Identity identity) {
        return send("GET", path, identity, null);
    }

    private static Answer post(String path, Identity identity, Object body) {
        return send("POST", path, identity, Json.mapper().writeValueAsString(body));
    }

    private static Answer send(String method, String path, @Nullable Identity identity, @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d/internal/v1%s".formatted(port, path)))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (identity != null) {
            request.header(Identity.HEADER, SIGNER.sign(identity));
        }
        HttpResponse<String> response = exchange(request.build());
        return new Answer(response.statusCode(), response.body());
    }

    private static HttpResponse<String> raw(String path) {
        return exchange(HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                .build());
    }

    private static HttpResponse<String> exchange(HttpRequest request) {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
