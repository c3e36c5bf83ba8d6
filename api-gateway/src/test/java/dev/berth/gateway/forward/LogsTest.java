package dev.berth.gateway.forward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.StandIns;
import dev.berth.schema.id.ContainerId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogsTest extends GatewayTest {
    private final StandIns services = StandIns.shared();

    @AfterEach
    void mend() {
        services.mend();
    }

    @Test
    void aStreamGoesOnBehindTheLineThatWasReadLast() {
        Api customer = api().signedUp();
        String workload = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1"}""").expect(202).text("id");
        String path = "/workloads/%s/logs".formatted(workload);
        List<String> asked = new CopyOnWriteArrayList<>();
        services.instead("/internal/v1" + path, (exchange, called) -> {
            asked.add(exchange.getRequestHeaders().getFirst("Last-Event-ID") + " " + called.query());
            StandIns.answer(exchange, 200, StandIns.money(1));
        });
        String seen = "2026-11-22T09:14:03.120456789Z~3"; // the fourth line of that time
        try (Stream<String> lines =
                customer.with("Last-Event-ID", seen).follow("/v1" + path + "?tail=100&follow=true")) {
            assertThat(lines.collect(Collectors.joining())).isNotEmpty();
        }
        customer.get("/v1" + path + "?tail=100").expect(200);
        assertThat(asked).containsExactly(seen + " {follow=true}", "null {tail=100}");
        asked.clear();
        customer.get("/v1" + path + "?search=Out%20of%20memory").expect(200);
        assertThat(asked).containsExactly("null {search=Out of memory}");
        for (String none : List.of("", "%20", "a%0Ab", "x".repeat(201))) {
            assertThat(customer.get("/v1" + path + "?search=" + none)
                            .expect(422)
                            .text("errors.0.field"))
                    .isEqualTo("search");
        }
        for (String none : List.of("evt_1", "yesterday", "1", "2026-11-22T09:14:03Z~x", "-0001-01-01T00:00:00Z")) {
            assertThat(customer.with("Last-Event-ID", none)
                            .get("/v1" + path)
                            .expect(422)
                            .text("errors.0.field"))
                    .isEqualTo("Last-Event-ID");
        }
    }

    @Test
    void whatAContainerUsesIsAnAnswerOrAStream() {
        Api customer = api().signedUp();
        String path = "/containers/%s/stats".formatted(ContainerId.next());
        services.instead("/internal/v1" + path, (exchange, called) -> {
            boolean events = exchange.getRequestHeaders().getFirst("Accept").startsWith("text/event-stream");
            byte[] body = (events ? "data: {\"pids\": 1}\n\nevent: end\ndata: \n\n" : "{\"pids\": 2}").getBytes(UTF_8);
            StandIns.send(exchange, 200, events ? "text/event-stream" : "application/json", body);
        });
        try (Stream<String> lines = customer.follow("/v1" + path)) {
            assertThat(lines.filter(line -> !line.isEmpty()))
                    .containsExactly("data: {\"pids\": 1}", "event: end", "data: ");
        }
        assertThat(customer.get("/v1" + path).expect(200).text("pids")).isEqualTo("2");
    }

    /** Not at the end of its life, an hour later. */
    @Test
    void streamsEndWhenTheirKeyIsDeleted() {
        Api.Reply signup = api().signup();
        Api owner = api().key(signup.text("api_key.secret"));
        String workload = owner.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1"}""").expect(202).text("id");
        for (String path :
                List.of("/v1/events", "/v1/usage/live", "/v1/workloads/%s/logs?follow=true".formatted(workload))) {
            Api.Reply made =
                    owner.post("/v1/api_keys", "{\"name\": \"reader\"}").expect(201);
            try (Stream<String> lines = api().key(made.text("secret")).follow(path)) {
                owner.delete("/v1/api_keys/" + made.text("id")).expect(204);
                assertThat(lines.count()).as(path).isPositive();
            }
        }
    }

    @Test
    void streamsEndWhenTheirReaderSignsOut() {
        Api.Reply signup = api().signup();
        Api.Reply session = api().post("/v1/session", """
                {"email": "%s", "password": "correct horse"}""".formatted(signup.text("user.email")))
                .expect(201);
        Api browser = api().with(
                        "Cookie", String.valueOf(session.header("Set-Cookie")).split(";")[0]);
        try (Stream<String> lines = browser.follow("/v1/events")) {
            browser.with("X-CSRF-Token", session.text("csrf_token"))
                    .delete("/v1/session")
                    .expect(204);
            assertThat(lines.count()).isPositive();
        }
    }
}
