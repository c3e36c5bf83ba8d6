package dev.berth.walk;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** A person who signed up, through the public API only. */
final class Customer {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Pattern LINK = Pattern.compile("/verify/(\\S+)");

    private final Api api;
    private final String account;
    private final String email;

    private Customer(Api api, String account, String email) {
        this.api = api;
        this.account = account;
        this.email = email;
    }

    /** Signs up on the plan whose prices are high enough for seconds to show, and waits for the place to be ready. */
    static Customer signUp(Installation berth) {
        return signUp(berth, "showcase", "UTC");
    }

    /** Signs up on another plan, in another zone. */
    static Customer signUp(Installation berth, String plan, String zone) {
        String email = "walk-" + UUID.randomUUID() + "@example.com";
        JsonNode signup = berth.anonymous()
                .persist(
                        "POST",
                        "/v1/signup",
                        Map.of(
                                "email",
                                email,
                                "password",
                                "correct horse battery staple",
                                "name",
                                "Walk & Sons",
                                "currency",
                                "EUR",
                                "time_zone",
                                zone,
                                "plan",
                                plan))
                .expect(201);
        Customer customer = new Customer(
                berth.as(signup.at("/api_key/secret").asString()),
                signup.at("/account/id").asString(),
                email);
        Until.value(
                "the account is ready",
                PATIENCE,
                () -> customer.api.get("/v1/account").expect(200),
                it -> it.at("/state").asString().equals("ready"));
        return customer;
    }

    /** Opens the link that was mailed at sign-up: mails about money go to proven addresses only. */
    Customer proveAddress(Installation berth) {
        String link = Until.value(
                "the link is mailed",
                PATIENCE,
                () -> verification(berth.operator().get("/operator/v1/mails?limit=50")),
                it -> !it.isEmpty());
        berth.anonymous().post("/v1/email_verification/" + link, Map.of()).expect(204);
        return this;
    }

    private String verification(Api.Answer mails) {
        for (JsonNode mail : mails.expect(200).at("/data")) {
            Matcher link = LINK.matcher(mail.at("/body").asString(""));
            if (mail.at("/kind").asString().equals("verification")
                    && mail.at("/recipient").asString().equals(email)
                    && link.find()) {
                return link.group(1);
            }
        }
        return "";
    }

    Api api() {
        return api;
    }

    String account() {
        return account;
    }

    /** Creates a workload of the sample image and returns its id. */
    String launch(String name, String kind, int replicas, String... args) {
        Map<String, Object> wish = new LinkedHashMap<>();
        wish.put("name", name);
        wish.put("kind", kind);
        wish.put("image", "berth/sample:1");
        wish.put("size", "xs");
        wish.put("replicas", replicas);
        if (args.length > 0) {
            wish.put("command", args);
        }
        return api.persist("POST", "/v1/workloads", wish).expect(202).at("/id").asString();
    }

    JsonNode awaitRunning(String workload, int replicas) {
        return Until.value(
                workload + " runs " + replicas,
                PATIENCE,
                () -> api.get("/v1/workloads/" + workload).expect(200),
                it -> it.at("/observed/running").asInt() == replicas
                        && it.at("/observed/generation").asLong()
                                == it.at("/generation").asLong());
    }

    JsonNode awaitObserved(String workload, String state) {
        return Until.value(
                workload + " is " + state,
                PATIENCE,
                () -> api.get("/v1/workloads/" + workload).expect(200),
                it -> it.at("/observed/state").asString().equals(state));
    }

    /** What the latest container of a workload has said. */
    String latestLog(String workload) {
        JsonNode latest =
                api.get("/v1/workloads/" + workload + "/containers").expect(200).at("/data/0");
        return api.text("/v1/containers/%s/logs".formatted(latest.at("/id").asString()));
    }

    /** Milliseconds by container as the meter says, over the last month and so beyond a period that was closed early. */
    Map<String, Long> meter() {
        Map<String, Long> ms = new TreeMap<>();
        for (JsonNode row : api.get(
                        "/v1/usage?group_by=container&from=" + Instant.now().minus(Duration.ofDays(30)))
                .expect(200)
                .at("/data")) {
            ms.put(row.at("/key").asString(), row.at("/container_ms").asLong());
        }
        return ms;
    }

    /** Milliseconds by container as an invoice's lines say, down to the intervals. */
    Map<String, Long> invoiced(String invoice) {
        Map<String, Long> ms = new TreeMap<>();
        Map<String, Boolean> seen = new TreeMap<>();
        for (JsonNode line : api.get("/v1/invoices/" + invoice).expect(200).at("/lines")) {
            String component = line.at("/component").asString();
            if (!component.equals("vcpu_seconds")) {
                continue;
            }
            String path = "/v1/invoices/%s/lines/%s/intervals"
                    .formatted(invoice, line.at("/id").asString());
            for (JsonNode interval : api.get(path + "?limit=200").expect(200).at("/data")) {
                String key = interval.at("/container").asString()
                        + interval.at("/started_at").asString();
                if (seen.put(key + interval.at("/cpu_millis").asInt(), true) == null) {
                    ms.merge(
                            interval.at("/container").asString(),
                            interval.at("/ms").asLong(),
                            Long::sum);
                }
            }
        }
        return ms;
    }

    /** The operator closes this account's period as of now; waits for the invoice. */
    JsonNode close(Installation berth) {
        JsonNode close = Until.value(
                "the period is closed",
                Duration.ofMinutes(2),
                () -> berth.operator()
                        .persist("POST", "/operator/v1/billing/close", Map.of("account", account))
                        .expect(202)
                        .at("/closes/0"),
                it -> it.at("/state").asString().equals("finalized"));
        return api.get("/v1/invoices/" + close.at("/invoice").asString()).expect(200);
    }
}
