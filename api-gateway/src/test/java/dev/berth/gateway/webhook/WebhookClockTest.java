package dev.berth.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayApplication;
import dev.berth.gateway.Preview;
import dev.berth.gateway.callout.TargetCaller;
import dev.berth.gateway.callout.TargetUrl;
import dev.berth.gateway.feed.FeedEvent;
import dev.berth.gateway.feed.FeedRepository;
import dev.berth.schema.Service;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.WebhookEndpointId;
import dev.berth.schema.testing.TestClock;
import dev.berth.schema.testing.TestDatabase;
import dev.berth.schema.testing.TestKafka;
import dev.berth.schema.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** Webhooks by a clock that is moved, sent by two replicas of the gateway on one database. */
@Tag("parts")
class WebhookClockTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final TestClock CLOCK = new TestClock(Instant.parse("2026-11-22T08:00:00Z"));
    private static final List<ConfigurableApplicationContext> REPLICAS = new ArrayList<>();

    private final Receiver receiver = new Receiver();
    private Api customer = Api.at(1);
    private AccountId account = AccountId.next();
    private String endpoint = "";

    @BeforeAll
    static void startTwo() {
        TestDatabase database = TestDatabase.fresh(Service.GATEWAY);
        String kafka = TestKafka.shared().bootstrapServers();
        for (int i = 0; i < 2; i++) {
            SpringApplication application = new SpringApplication(GatewayApplication.class);
            application.addInitializers(context ->
                    ((GenericApplicationContext) context).registerBean("clock", InstantSource.class, () -> CLOCK));
            String[] settings = Stream.concat(
                            Stream.of(Preview.settings(database, kafka, 0)),
                            Stream.of(
                                    "--berth.webhook.waiting=40",
                                    "--spring.main.allow-bean-definition-overriding=true"))
                    .toArray(String[]::new);
            REPLICAS.add(application.run(settings));
        }
    }

    @AfterAll
    static void stop() {
        REPLICAS.forEach(ConfigurableApplicationContext::close);
    }

    @BeforeEach
    void signUp() {
        String port =
                Objects.requireNonNull(REPLICAS.getFirst().getEnvironment().getProperty("local.server.port"));
        Api.Reply signup = Api.at(Integer.parseInt(port)).signup();
        customer = Api.at(Integer.parseInt(port)).key(signup.text("api_key.secret"));
        account = AccountId.parse(signup.text("account.id"));
        endpoint = make(receiver);
    }

    private String make(Receiver at) {
        String id = customer.post(
                        "/v1/webhook_endpoints", "{\"url\": \"%s\", \"events\": [\"container.*\"]}".formatted(at.url()))
                .expect(201)
                .text("id");
        return "/v1/webhook_endpoints/" + id;
    }

    @AfterEach
    void close() {
        customer.delete(endpoint);
        receiver.close();
    }

    private static <T> T bean(Class<T> type) {
        return REPLICAS.getFirst().getBean(type);
    }

    private static DSLContext dsl() {
        return bean(DSLContext.class);
    }

    /** Something happens to the account. */
    private EventId happens() {
        Instant now = CLOCK.instant();
        FeedEvent event = new FeedEvent(
                EventId.next(),
                "container.started",
                now,
                account,
                "ctr_00000000000000000000000000",
                null,
                "berth",
                new FeedEvent.Origin("op_00000000000000000000000000", "berth", now, null),
                Json.mapper().createObjectNode().put("replica", 0));
        dsl().transaction(tx -> bean(FeedRepository.class).tell(tx.dsl(), event, now));
        return event.id();
    }

    /** Moves the clock, and lets both replicas do what is due then; their own look comes once in a second that is not the clock's. */
    private static void move(Duration by) {
        CLOCK.advance(by);
        REPLICAS.forEach(replica -> replica.getBean(Bell.class).ring());
        quiet();
    }

    private static void quiet() {
        await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(() -> {
            Instant now = CLOCK.instant();
            boolean taken = bean(DeliveryRepository.class).cursor(dsl())
                    >= bean(FeedRepository.class).last();
            return taken
                    && dsl().fetchCount(
                                            DSL.table("webhook_delivery"),
                                            DSL.condition(
                                                    "state = 'sending' or (state = 'waiting' and next_attempt_at <= {0})",
                                                    DSL.val(now)))
                            == 0;
        });
    }

    private static WebhookEndpointId id(String endpoint) {
        return WebhookEndpointId.parse(endpoint.substring(endpoint.lastIndexOf('/') + 1));
    }

    private List<String> states() {
        return customer.get(endpoint + "/deliveries?limit=200")
                .expect(200)
                .json()
                .path("data")
                .valueStream()
                .map(one -> one.path("state").asString())
                .toList();
    }

    @Test
    void aReceiverThatIsDownForTwoDaysGetsEverythingOnceItIsBack() {
        receiver.answers(503, Map.of());
        Set<String> happened = ConcurrentHashMap.newKeySet();
        for (int hour = 0; hour < 48; hour += 2) {
            happened.add(happens().toString());
            if (hour == 0) {
                quiet();
                move(Duration.ofSeconds(6));
                move(Duration.ofMinutes(6));
                move(Duration.ofMinutes(32));
            }
            move(Duration.ofHours(2));
        }
        assertThat(customer.get(endpoint).text("failing_since")).isNotEqualTo("null");
        assertThat(receiver.requests()).extracting(Receiver.Request::answered).containsOnly(503);

        receiver.answers(200, Map.of());
        for (int hour = 0; hour < 28; hour += 2) {
            move(Duration.ofHours(2));
        }
        assertThat(states()).hasSize(happened.size()).containsOnly("succeeded");
        List<Receiver.Request> taken = receiver.requests().stream()
                .filter(one -> one.answered() == 200)
                .toList();
        assertThat(taken).extracting(Receiver.Request::id).containsExactlyInAnyOrderElementsOf(happened);
        Map<String, Set<String>> bodies = receiver.requests().stream()
                .collect(Collectors.groupingBy(
                        Receiver.Request::id, Collectors.mapping(Receiver.Request::body, Collectors.toSet())));
        assertThat(bodies.values()).as("the same bytes each time").allMatch(one -> one.size() == 1);
        Map<String, Long> tries = receiver.requests().stream()
                .collect(Collectors.groupingBy(Receiver.Request::id, Collectors.counting()));
        assertThat(tries.values()).allMatch(n -> n <= Schedule.ATTEMPTS);
        assertThat(customer.get(endpoint).text("failing_since")).isEqualTo("null");
        assertThat(customer.get("/v1/events?type=webhook").json().path("data").size())
                .isZero();
    }

    @Test
    void afterTenAttemptsADeliveryHasFailedAndTheAccountIsTold() {
        receiver.answers(500, Map.of());
        EventId event = happens();
        quiet();
        for (Duration wait : Schedule.WAITS) {
            move(wait.plus(wait.dividedBy(10)));
        }
        assertThat(receiver.requests())
                .hasSize(10)
                .extracting(Receiver.Request::id)
                .containsOnly(event.toString());
        assertThat(states()).containsExactly("failed");
        var told = customer.get("/v1/events?type=webhook").expect(200).json().path("data");
        assertThat(told.valueStream().map(one -> one.path("type").asString()))
                .containsExactly("webhook.delivery_failed");
        assertThat(told.path(0).path("data").path("event").asString()).isEqualTo(event.toString());
        move(Duration.ofDays(1));
        assertThat(receiver.requests()).as("nothing is sent of that").hasSize(10);

        receiver.answers(200, Map.of());
        assertThat(customer.post(endpoint + "/replay", "{\"since\": \"2026-01-01T00:00:00Z\"}")
                        .expect(202)
                        .body())
                .isEqualTo("{\"replayed\":1,\"left\":0}");
        quiet();
        assertThat(states()).containsExactly("succeeded");
        assertThat(receiver.requests().getLast().body())
                .isEqualTo(receiver.requests().getFirst().body());
    }

    /** What a replica that is killed leaves behind: an attempt that was written down and made, and no result. */
    @Test
    void anAttemptThatIsKilledInTheMiddleIsMadeAgainUnderTheSameId() {
        DeliveryRepository deliveries = bean(DeliveryRepository.class);
        receiver.answers(500, Map.of());
        EventId event = happens();
        quiet();
        receiver.answers(200, Map.of());
        // Neither replica finds it due before the clock is moved; this one, which dies, claims it in between.
        Instant due = CLOCK.instant().plusSeconds(6);
        List<Delivery> claimed = dsl().transactionResult(
                        tx -> deliveries.claim(tx.dsl(), id(endpoint), due, due.plus(Dispatcher.CLAIM), 10));
        assertThat(claimed).hasSize(1);
        String body = deliveries.body(dsl(), event);
        bean(TargetCaller.class).post(TargetUrl.parse(receiver.url()), Map.of("webhook-id", event.toString()), body);

        CLOCK.set(due.plusSeconds(30));
        assertThat(states()).containsExactly("sending");
        move(Duration.ofSeconds(31));
        assertThat(states()).containsExactly("succeeded");
        assertThat(receiver.requests()).extracting(Receiver.Request::answered).containsExactly(500, 200, 200);
        assertThat(receiver.requests()).extracting(Receiver.Request::id).containsOnly(event.toString());
        assertThat(receiver.requests()).extracting(Receiver.Request::body).containsOnly(body);

        Delivery late = claimed.getFirst();
        Outcome failed = new Outcome(DeliveryState.FAILED, 10, null, 500, "answered 500", null, false);
        assertThat(bean(Settlement.class).settle(late, failed, CLOCK.instant(), 1))
                .as("the dead one comes back and changes nothing")
                .isFalse();
        assertThat(states()).containsExactly("succeeded");
        var log = customer.get(endpoint + "/deliveries/" + late.id()).json().path("log");
        assertThat(log.valueStream().map(one -> one.path("message").asString("")))
                .containsExactly("", "was interrupted: Berth stopped while it was under way", "answered 500");
    }

    @Test
    void whatIsBeyondTheLimitIsHeldInTheLogAndCanBeReplayed() {
        receiver.answers(500, Map.of());
        for (int i = 0; i < 45; i++) {
            happens();
        }
        quiet();
        assertThat(states().stream().filter("held"::equals)).hasSize(5);
        assertThat(states().stream().filter("waiting"::equals)).hasSize(40);
        assertThat(customer.post(endpoint + "/replay", "{\"since\": \"2026-01-01T00:00:00Z\"}")
                        .body())
                .isEqualTo("{\"replayed\":0,\"left\":5}");
        receiver.answers(200, Map.of());
        move(Duration.ofSeconds(6));
        assertThat(customer.post(endpoint + "/replay", "{\"since\": \"2026-01-01T00:00:00Z\"}")
                        .body())
                .isEqualTo("{\"replayed\":5,\"left\":0}");
        quiet();
        assertThat(states()).hasSize(45).containsOnly("succeeded");
    }

    @Test
    void whatWaitsAtAnEndpointThatIsDisabledIsHeld() {
        receiver.answers(500, Map.of());
        happens();
        quiet();
        customer.patch(endpoint, "{\"disabled\": true}").expect(200);
        assertThat(states()).containsExactly("held");
        move(Duration.ofHours(3));
        assertThat(receiver.requests()).hasSize(1);
    }

    @Test
    void retryAfterIsHonoured() {
        receiver.answers(429, Map.of("Retry-After", "3600"));
        happens();
        quiet();
        move(Duration.ofMinutes(30));
        assertThat(receiver.requests()).hasSize(1);
        receiver.answers(200, Map.of());
        move(Duration.ofMinutes(31));
        assertThat(receiver.requests()).hasSize(2);
        assertThat(states()).containsExactly("succeeded");
    }

    @Test
    void aReceiverThatAnswersNothingHoldsUpNobodyElse() throws InterruptedException {
        CountDownLatch letGo = new CountDownLatch(1);
        try (Receiver slow = new Receiver()) {
            slow.answers(_ -> {
                try {
                    letGo.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return 200;
            });
            String stuck = make(slow);
            Set<String> happened = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < 30; i++) {
                happened.add(happens().toString());
            }
            await().atMost(SOON).until(() -> receiver.requests().size() == 30);
            assertThat(receiver.requests())
                    .extracting(Receiver.Request::id)
                    .containsExactlyInAnyOrderElementsOf(happened);
            int underWay = dsl().fetchCount(
                            DSL.table("webhook_delivery"),
                            DSL.condition(
                                    "state = 'sending' and endpoint_id = {0}",
                                    DSL.val(id(stuck).uuid())));
            assertThat(underWay).as("four of each replica").isBetween(1, 8);
            letGo.countDown();
            quiet();
            assertThat(slow.requests()).hasSize(30);
            customer.delete(stuck).expect(204);
        }
    }

    @Test
    void anEndpointThatTakesNothingForFiveDaysIsDisabled() {
        receiver.answers(500, Map.of());
        for (int day = 0; day < 10 && customer.get(endpoint).text("disabled").equals("false"); day++) {
            happens();
            for (int hour = 0; hour < 24; hour += 6) {
                move(Duration.ofHours(6));
            }
        }
        assertThat(customer.get(endpoint).text("disabled_reason")).contains("nothing for 5 days");
        assertThat(customer.get("/v1/events?type=webhook.endpoint_disabled")
                        .json()
                        .path("data")
                        .size())
                .isEqualTo(1);
        assertThat(states()).contains("held").doesNotContain("waiting", "sending");
    }

    @Test
    void oldDeliveriesAreForgottenAndWhatIsStillTriedIsNot() {
        happens();
        quiet();
        receiver.answers(429, Map.of("Retry-After", "86400"));
        assertThat(states()).containsExactly("succeeded");
        move(Duration.ofDays(31));
        EventId young = happens();
        quiet();
        bean(WebhookLoop.class).forget();
        assertThat(states()).containsExactly("waiting");
        int messages = dsl().fetchCount(
                        DSL.table("webhook_message"), DSL.condition("account_id = {0}", DSL.val(account.uuid())));
        assertThat(messages).isEqualTo(1);
        assertThat(bean(DeliveryRepository.class).body(dsl(), young)).contains(young.toString());
    }

    @Test
    void theSecretBeforeSignsForADay() {
        customer.post(endpoint + "/rotate_secret").expect(200);
        happens();
        quiet();
        move(Duration.ofHours(25));
        happens();
        quiet();
        assertThat(receiver.requests())
                .extracting(one -> Objects.requireNonNull(one.headers().get("Webhook-signature"))
                        .getFirst()
                        .split(" ")
                        .length)
                .containsExactly(2, 1);
        assertThat(customer.get(endpoint).text("previous_secret_until")).isEqualTo("null");
    }
}
