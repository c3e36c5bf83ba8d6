package dev.berth.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import dev.berth.gateway.Replica;
import dev.berth.gateway.SseReader;
import dev.berth.gateway.feed.Streams;
import dev.berth.schema.id.ContainerId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever takes a reader's right away ends all that the reader has open within the bound that is promised, and nothing that others
 * have. With the usual settings, and at another gateway than the one where the right was taken away.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamsEndTest extends GatewayTest {
    private static final Duration BOUND = Duration.ofSeconds(5);

    private final HttpClient http = HttpClient.newHttpClient();
    private final StreamingOwner owner = new StreamingOwner();
    private Replica gateway;

    @BeforeAll
    void start() {
        Map<String, Object> settings = settings();
        settings.put("berth.provisioner-url", owner.url());
        settings.remove("berth.feed.heartbeat");
        settings.remove("berth.feed.look-every");
        gateway = new Replica(settings);
    }

    @AfterAll
    void stop() {
        http.close();
        gateway.close();
        owner.close();
    }

    /** What takes the right away. */
    enum Cause {
        KEY_DELETED,
        SIGNED_OUT,
        MEMBER_REMOVED,
        ROLE_LOWERED,
        ACCOUNT_CLOSED
    }

    /** What somebody has open; each completes when it has ended. */
    private record Open(List<CompletableFuture<Void>> all, List<AutoCloseable> closed) {
        void close() throws Exception {
            for (AutoCloseable one : closed) {
                one.close();
            }
        }
    }

    private Open open(String header, String value, String workload) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        List<AutoCloseable> closed = new ArrayList<>();
        String container = "/v1/containers/" + ContainerId.next();
        for (String path : List.of(
                "/v1/events",
                "/v1/usage/live",
                "/v1/workloads/" + workload + "/logs?follow=true",
                container + "/logs?follow=true",
                container + "/stats")) {
            SseReader reader = new SseReader(gateway.port(), path, header + ": " + value, null, 0);
            assertThat(reader.status()).as(path).isEqualTo(200);
            CompletableFuture<Void> ended = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                reader.drain();
                ended.complete(null);
            });
            all.add(ended);
            closed.add(reader);
        }
        for (String path : List.of(container + "/exec", container + "/attach")) {
            CompletableFuture<Void> ended = new CompletableFuture<>();
            WebSocket socket = http.newWebSocketBuilder()
                    .header(header, value)
                    .header("Origin", gateway.api().base())
                    .buildAsync(URI.create(gateway.api().base().replaceFirst("http", "ws") + path), listener(ended))
                    .join();
            all.add(ended);
            closed.add(socket::abort);
        }
        return new Open(all, closed);
    }

    private static WebSocket.Listener listener(CompletableFuture<Void> ended) {
        return new WebSocket.Listener() {
            @Override
            public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
                ended.complete(null);
                return null;
            }

            @Override
            public void onError(WebSocket socket, Throwable failure) {
                ended.complete(null);
            }
        };
    }

    private void take(Cause cause, People.Person boss, People.Person member, String key) {
        switch (cause) {
            case KEY_DELETED -> member.browser().delete("/v1/api_keys/" + key).expect(204);
            case SIGNED_OUT -> member.browser().delete("/v1/session").expect(204);
            case MEMBER_REMOVED ->
                boss.browser().delete("/v1/account/members/" + member.user()).expect(204);
            case ROLE_LOWERED ->
                boss.browser()
                        .patch("/v1/account/members/" + member.user(), "{\"role\": \"viewer\"}")
                        .expect(200);
            case ACCOUNT_CLOSED -> // as its listener writes what billing tells
                dsl.execute("update account set standing = 'closed' where account_id = {0}::uuid", DSL.val(uuid(boss)));
        }
    }

    private static String uuid(People.Person person) {
        return dev.berth.schema.id.AccountId.parse(person.account()).uuid().toString();
    }

    @ParameterizedTest
    @EnumSource
    void allThatAReaderHasOpenEndsInTimeAndWhatOthersHaveGoesOn(Cause cause) throws Exception {
        People people = new People(api(), api().key(OPERATOR));
        People.Person boss = people.owner();
        People.Person member = people.joined(boss, "admin");
        String workload = boss.browser().post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1"}""").expect(202).text("id");
        Api.Reply made =
                member.browser().post("/v1/api_keys", "{\"name\": \"reader\"}").expect(201);
        boolean browser = cause == Cause.SIGNED_OUT;
        String cookie = member.browser().header("Cookie");
        Open mine = open(
                browser ? "Cookie" : "Authorization", browser ? cookie : "Bearer " + made.text("secret"), workload);
        Api.Reply stranger = api().signup();
        Api customer = api().key(stranger.text("api_key.secret"));
        String theirs = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1"}""").expect(202).text("id");
        Open others = open("Authorization", "Bearer " + stranger.text("api_key.secret"), theirs);
        // Streams of the case before may still be counted, until it is found out that their readers have gone.
        int count = gateway.part(Streams.class).count();
        int held = owner.open.get();
        try {
            take(cause, boss, member, made.text("id"));
            await().atMost(BOUND)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> mine.all.stream().allMatch(CompletableFuture::isDone));
            assertThat(others.all).noneMatch(CompletableFuture::isDone);
            await().atMost(BOUND).until(() -> gateway.part(Streams.class).count() <= count - mine.all.size());
            await().atMost(BOUND).until(() -> owner.open.get() <= held - 5); // its logs, stats and terminals
            assertThat(others.all).noneMatch(CompletableFuture::isDone);
            if (cause == Cause.ACCOUNT_CLOSED) {
                int status = gateway.api()
                        .key(made.text("secret"))
                        .with("Accept", "text/event-stream")
                        .get("/v1/events")
                        .status();
                assertThat(status)
                        .as("closed, or forgotten with its member already")
                        .isIn(403, 401);
            }
        } finally {
            mine.close();
            others.close();
        }
    }
}
