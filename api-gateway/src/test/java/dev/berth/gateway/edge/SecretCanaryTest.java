package dev.berth.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import dev.berth.gateway.Api;
import dev.berth.gateway.Api.Reply;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.edge.GeneratedRequests.Request;
import dev.berth.schema.testing.TestKafka;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/**
 * Secrets of every kind go through all that is done with them, made, used, changed, refused and taken away, and then stand nowhere: in no row
 * of any table, no event in Kafka, no line of a log, no error, no answer to anybody but the one that shows it once, and no page. What is
 * looked through is made from the running gateway: all its tables, all its routes.
 */
class SecretCanaryTest extends GatewayTest {
    /** Fields in which a customer gives a secret. */
    private static final Set<String> SECRET_FIELDS = Set.of("password", "value", "code", "number", "cvc");

    private static final Duration SOON = Duration.ofSeconds(30);

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mapping;

    private final Needles needles = new Needles();
    private final List<String> found = new ArrayList<>();

    /** Lines of the log, with their values and their causes. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final Queue<String> all = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            StringBuilder line = new StringBuilder(event.getFormattedMessage());
            if (event.getKeyValuePairs() != null) {
                line.append(' ').append(event.getKeyValuePairs());
            }
            line.append(' ').append(event.getMDCPropertyMap());
            for (var cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
                line.append('\n').append(cause.getMessage());
            }
            all.add(line.toString());
        }
    }

    @Test
    void aSecretStandsNowhereAfterAllThatIsDoneWithIt() throws Exception {
        Lines lines = new Lines();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Logger ours = (Logger) LoggerFactory.getLogger("dev.berth");
        Logger springs = (Logger) LoggerFactory.getLogger("org.springframework.web");
        lines.setContext(root.getLoggerContext());
        lines.start();
        List<Logger> loggers = List.of(ours, springs);
        loggers.forEach(logger -> {
            logger.setLevel(Level.DEBUG);
            logger.setAdditive(false);
        });
        root.addAppender(lines);
        loggers.forEach(logger -> logger.addAppender(lines));
        try {
            Estate estate = live();
            JsonNode document = api().get("/v1/openapi.json").expect(200).json();
            errors(document, estate);
            answers(document, estate);
            pages(estate);
        } finally {
            root.detachAppender(lines);
            loggers.forEach(logger -> {
                logger.detachAppender(lines);
                logger.setLevel(null);
                logger.setAdditive(true);
            });
        }
        assertThat(needles.size()).as("kinds of secrets").isGreaterThanOrEqualTo(12);
        assertThat(lines.all).as("lines of the log").hasSizeGreaterThan(500);
        lines.all.forEach(line -> look("the log: " + shown(line), line));
        assertThat(tables("control-of-the-canary"))
                .as("tables with what is no secret")
                .isNotEmpty();
        assertThat(events("control-of-the-canary"))
                .as("events with what is no secret")
                .isPositive();
        assertThat(found).isEmpty();
    }

    /** The search finds what it is for: a value in each form, in a column of text and in one of bytes. */
    @Test
    void whatIsInClearIsFound() {
        String secret = "canary-Control+1/2%3";
        Needles control = new Needles();
        control.add("control", secret);
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        for (String before : List.of("", "a", "ab", "abc")) {
            byte[] within = (before + secret + "xyz").getBytes(StandardCharsets.UTF_8);
            for (String form : List.of(
                    before + secret + "!",
                    HexFormat.of().formatHex(within),
                    Base64.getEncoder().encodeToString(within),
                    Base64.getUrlEncoder().encodeToString(within),
                    URLEncoder.encode(secret, StandardCharsets.UTF_8),
                    HexFormat.of().formatHex(Base64.getEncoder().encode(within)))) {
                assertThat(control.in("x" + form)).as(form).containsExactly("control");
            }
        }
        assertThat(control.in("canary-Control")).isEmpty();
        String row = Objects.requireNonNull(superuser()
                .resultQuery("select row(1, ?::bytea, ?::jsonb)::text", bytes, "{\"a\": \"b\"}")
                .fetchOne(0, String.class));
        assertThat(control.in(row)).containsExactly("control");
    }

    /** Makes an account and does with its secrets what can be done. */
    private Estate live() throws InvalidKeyException {
        Estate estate = Estate.of(api(), superuser(), "control-of-the-canary");
        Api owner = estate.api();
        secret("API key", estate.authorization().substring("Bearer ".length()));
        Reply made = once(owner, "POST", "/v1/secrets", body("name", "db", "value", known("secret", 1)), 201);
        workload(owner, "uses-it");
        once(owner, "PATCH", "/v1/secrets/" + made.text("id"), body("value", known("secret", 2)), 200);
        once(
                owner,
                "POST",
                "/v1/registry_credentials",
                body("registry", "kept.example.com", "username", "u", "password", known("registry password", 1)),
                201);
        once(
                owner,
                "PATCH",
                "/v1/registry_credentials/kept.example.com",
                body("username", "u", "password", known("registry password", 2)),
                200);
        Reply key = once(owner, "POST", "/v1/api_keys", "{\"name\": \"k\", \"scopes\": [\"workloads:read\"]}", 201);
        secret("another API key", key.text("secret"));
        Reply rotated = once(owner, "POST", "/v1/api_keys/%s/rotate".formatted(key.text("id")), "{}", 200);
        secret("a rotated API key", rotated.text("secret"));
        Reply hook = once(owner, "POST", "/v1/webhook_endpoints", body("url", "http://127.0.0.1:8099/canary"), 201);
        secret("webhook secret", webhookKey(hook));
        String endpoint = "/v1/webhook_endpoints/" + hook.text("id");
        Reply turned = once(owner, "POST", endpoint + "/rotate_secret", null, 200);
        secret("a rotated webhook secret", webhookKey(turned));
        owner.post(endpoint + "/test").expect(202);
        String triggers = "/v1/workloads/%s/triggers".formatted(estate.id("workloads"));
        Reply trigger = once(owner, "POST", triggers, body("name", "t", "action", "redeploy"), 201);
        String url = trigger.text("url");
        secret("trigger", url.substring(url.lastIndexOf('/') + 1));
        api().post("/v1/triggers/" + url.substring(url.lastIndexOf('/') + 1)).expect(202);
        person();
        owner.delete("/v1/secrets/" + estate.id("secrets"));
        return estate;
    }

    /** Somebody who signs up, in and out, with a second factor. */
    private void person() throws InvalidKeyException {
        String password = known("password", 1);
        String email = Api.email();
        Reply signup = once(api(), "POST", "/v1/signup", body("email", email, "password", password, "name", "P"), 201);
        secret("first API key", signup.text("api_key.secret"));
        Reply session = once(api(), "POST", "/v1/session", body("email", email, "password", password), 201);
        String cookie = Objects.requireNonNull(session.header("Set-Cookie")).split(";")[0];
        secret("session", cookie.substring(cookie.indexOf('=') + 1));
        Api browser = api().with("Cookie", cookie).with("X-CSRF-Token", session.text("csrf_token"));
        Reply factor = browser.post("/v1/second_factor").expect(201);
        String seed = factor.text("secret");
        secret("TOTP secret", seed);
        byte[] key = base32(seed);
        needles.add("TOTP secret", key);
        String code = new TimeBasedOneTimePasswordGenerator()
                .generateOneTimePasswordString(new SecretKeySpec(key, "HmacSHA1"), Instant.now());
        Reply confirmed =
                browser.post("/v1/second_factor/confirm", body("code", code)).expect(200);
        secret("recovery code", confirmed.text("recovery_codes.0"));
        api().post("/v1/session", body("email", email, "password", password)).expect(401);
        api().post("/v1/session", body("email", email, "password", known("wrong password", 1)))
                .expect(401);
        api().post(
                        "/v1/session",
                        body("email", email, "password", password, "code", confirmed.text("recovery_codes.0")))
                .expect(201);
        browser.delete("/v1/session").expect(204);
    }

    private void workload(Api owner, String name) {
        once(owner, "POST", "/v1/workloads", """
                {"name": "%s", "kind": "service", "image": "kept.example.com/a:1", "memory_mib": 64, "cpu_millis": 50,
                 "secrets": [{"name": "db", "env": "DB"}]}""".formatted(name), 202);
    }

    /** Every field for a secret, of every route that has one, with a secret in it that cannot be taken, and broken around it. */
    private void errors(JsonNode document, Estate estate) {
        Map<String, String> ids = new TreeMap<>();
        GeneratedRequests generated = new GeneratedRequests(document, 1);
        int refused = 0;
        for (String operation : GeneratedRequests.operations(document)) {
            String verb = operation.substring(0, operation.indexOf(' '));
            String route = operation.substring(operation.indexOf(' ') + 1);
            Request request = generated.next(verb, route, ids);
            for (String field : SECRET_FIELDS) {
                if (!generated.hasField(verb, route, field)) {
                    continue;
                }
                String canary = known("refused", refused);
                for (String body : List.of(
                        "{\"%s\": \"%s\u0001\"}".formatted(field, canary),
                        "{\"%s\": \"%s\\u0000\"}".formatted(field, canary),
                        "{\"%s\": %s}".formatted(field, canary),
                        "{\"%s\": [\"%s\"]}".formatted(field, canary),
                        "{\"%s\": {\"a\": \"%s\"}}".formatted(field, canary),
                        "{\"%s\": \"%s\"} x".formatted(field, canary),
                        "{\"%s\": \"%s\", \"%s\": 1}".formatted(field, canary, field),
                        "{\"%s\": \"%s".formatted(field, canary),
                        "{\"%s\": \"%s\", \"no_such_field\": 1}".formatted(field, canary.repeat(4000)))) {
                    Reply reply = estate.api().send(verb, request.path(), body);
                    if (reply.status() >= 400) {
                        look("the refusal of " + operation, reply.body());
                        refused++;
                    }
                }
            }
        }
        assertThat(refused).as("refusals").isGreaterThan(60);
        String token = known("token", 1);
        for (String path : List.of("/v1/triggers/", "/v1/invitations/%s/accept", "/v1/password_reset/%s")) {
            String full = path.contains("%s") ? path.formatted(token) : path + token;
            look(
                    "the refusal of " + path,
                    api().post(full, "{\"password\": \"correct horse\"}").body());
        }
        look(
                "the refusal of a key",
                api().key("berth_sk_" + token).get("/v1/account").expect(401).body());
    }

    /** What everybody is answered by every route that can be read: the owner, another account, the operator. */
    private void answers(JsonNode document, Estate estate) {
        Estate stranger = Estate.of(api(), superuser(), "stranger");
        int read = 0;
        for (String operation : GeneratedRequests.operations(document)) {
            String path = operation.substring(operation.indexOf(' ') + 1);
            if (!operation.startsWith("GET ")
                    || path.endsWith("/live")
                    || path.endsWith("/exec")
                    || path.endsWith("/attach")) {
                continue;
            }
            for (Api caller : List.of(estate.api(), stranger.api(), api().key(OPERATOR))) {
                look(operation, caller.get(filled(path, estate)).body());
                read++;
            }
        }
        assertThat(read).isGreaterThan(150);
    }

    /** The pages of the portal, by a session of the owner. */
    private void pages(Estate estate) {
        Api browser = estate.session();
        Set<String> pages = new TreeSet<>();
        mapping.getHandlerMethods().forEach((info, method) -> {
            if (method.getBeanType().getName().startsWith("dev.berth.")
                    && info.getMethodsCondition().getMethods().contains(RequestMethod.GET)) {
                pages.addAll(info.getPatternValues());
            }
        });
        pages.removeIf(path -> path.startsWith("/v1/")
                || path.startsWith("/operator/")
                || path.contains("**")
                || path.endsWith("/live")
                || path.endsWith("/stream"));
        assertThat(pages).hasSizeGreaterThan(20);
        for (String page : pages) {
            look("the page " + page, browser.get(filled(page, estate)).body());
        }
    }

    private static String filled(String path, Estate estate) {
        List<String> steps = new ArrayList<>();
        String before = "";
        for (String step : path.split("/")) {
            steps.add(step.startsWith("{") ? estate.idOr(before, "x") : step);
            before = step;
        }
        return String.join("/", steps);
    }

    /** All rows of all tables, as PostgreSQL prints them; answers the tables in which a word stands. */
    private List<String> tables(String word) {
        List<String> with = new ArrayList<>();
        List<String> tables = superuser()
                .resultQuery(
                        "select format('%I.%I', table_schema, table_name) from information_schema.tables"
                                + " where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')")
                .fetch(0, String.class);
        assertThat(tables).hasSizeGreaterThan(30);
        for (String table : tables) {
            for (String row : superuser()
                    .resultQuery("select one::text from %s one".formatted(table))
                    .fetch(0, String.class)) {
                look("the table " + table, row);
                if (row.contains(word) && !with.contains(table)) {
                    with.add(table);
                }
            }
        }
        return with;
    }

    /** All that is in Kafka; answers how many records have a word in them. */
    private int events(String word) {
        await().atMost(SOON).until(() -> records(word) > 1); // the relay carries them after the answer
        return records(word);
    }

    private int records(String word) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", TestKafka.shared().bootstrapServers());
        int with = 0;
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.listTopics().entrySet().stream()
                    .filter(topic -> !topic.getKey().startsWith("__"))
                    .flatMap(topic -> topic.getValue().stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    StringBuilder whole =
                            new StringBuilder(text(record.key())).append(' ').append(text(record.value()));
                    record.headers().forEach(header -> whole.append(' ').append(text(header.value())));
                    look("the topic " + record.topic(), whole.toString());
                    if (whole.indexOf(word) >= 0) {
                        with++;
                    }
                }
            }
        }
        return with;
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void look(String where, String text) {
        List<String> seen = needles.in(text);
        if (!seen.isEmpty()) {
            String line = "%s has %s".formatted(where, seen);
            if (!found.contains(line)) {
                found.add(line);
            }
        }
    }

    private static String shown(String line) {
        return line.length() > 300 ? line.substring(0, 300) + "…" : line;
    }

    /** A secret that we make, so that it is known before it is sent. */
    private String known(String kind, int number) {
        String value = "canary-%s-%d-%s".formatted(kind.replace(' ', '-'), number, Long.toHexString(System.nanoTime()));
        needles.add(kind, value);
        return value;
    }

    private void secret(String kind, String value) {
        needles.add(kind, value);
    }

    /** A write that is kept to be answered again, and is. */
    private static Reply once(Api caller, String verb, String path, String body, int status) {
        Api keyed = caller.with("Idempotency-Key", "canary-" + System.nanoTime());
        Reply reply = keyed.send(verb, path, body).expect(status);
        keyed.send(verb, path, body).expect(status);
        return reply;
    }

    /** RFC 4648, without padding. */
    private static byte[] base32(String text) {
        java.math.BigInteger bits = java.math.BigInteger.ZERO;
        for (int i = 0; i < text.length(); i++) {
            int value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(text.charAt(i));
            bits = bits.shiftLeft(5).or(java.math.BigInteger.valueOf(value));
        }
        int bytes = text.length() * 5 / 8;
        byte[] all = bits.shiftRight(text.length() * 5 - bytes * 8).toByteArray();
        byte[] key = new byte[bytes];
        int have = Math.min(bytes, all.length);
        System.arraycopy(all, all.length - have, key, bytes - have, have);
        return key;
    }

    private static String webhookKey(Reply reply) {
        return reply.text("secret").replaceFirst("^whsec_", "");
    }

    private static String body(String... members) {
        Map<String, String> all = new TreeMap<>();
        for (int i = 0; i < members.length; i += 2) {
            all.put(members[i], members[i + 1]);
        }
        return dev.berth.schema.wire.Json.mapper().writeValueAsString(all);
    }
}
