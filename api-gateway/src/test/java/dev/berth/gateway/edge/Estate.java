package dev.berth.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.Api.Reply;
import dev.berth.gateway.StandIns;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.LoginId;
import dev.berth.schema.id.UserId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import tools.jackson.databind.node.ObjectNode;

/** An account with one of everything that has an id or a name; all its names and values hold one word. Immutable. */
final class Estate {
    /** The word of the account whose things must show nowhere else. */
    static final String CANARY = "canary";

    private static final String PASSWORD = "correct horse";

    private final Api nobody;
    private final DSLContext superuser;
    private final Api api;
    private final String key;
    private final String email;
    private final String account;
    private final String user;
    private final String word;
    private final Map<String, String> ids = new TreeMap<>();

    private Estate(Api nobody, DSLContext superuser, String word) {
        this.nobody = nobody;
        this.superuser = superuser;
        this.word = word;
        email = Api.email();
        Reply signup =
                nobody.post("/v1/signup", """
                {"email": "%s", "password": "%s", "name": "%s"}""".formatted(email, PASSWORD, word)).expect(201);
        key = signup.text("api_key.secret");
        api = nobody.key(key);
        account = signup.text("account.id");
        user = signup.text("user.id");
    }

    /** A new one, made through the API. */
    static Estate of(Api nobody, DSLContext superuser, String word) {
        Estate estate = new Estate(nobody, superuser, word);
        estate.build();
        return estate;
    }

    private void build() {
        Reply workload = api.post("/v1/workloads", """
                {"name": "%1$s", "kind": "service", "image": "berth/sample:1", "memory_mib": 64, "cpu_millis": 50,
                 "env": {"WORD": "%1$s"}}""".formatted(word)).expect(202);
        ids.put("workloads", workload.text("id"));
        ids.put("operations", Objects.requireNonNull(workload.header("Operation-Id")));
        api.post("/v1/workloads", """
                {"name": "%s-2", "kind": "service", "image": "berth/sample:1", "memory_mib": 64, "cpu_millis": 50}""".formatted(word)).expect(202);
        String triggers = "/v1/workloads/" + ids.get("workloads") + "/triggers";
        ids.put("triggers", made(triggers, "{\"name\": \"%s\", \"action\": \"redeploy\"}"));
        ids.put("stacks", made("/v1/stacks", """
                {"name": "%s-stack", "compose": "services: {one: {image: berth/sample:1, mem_limit: 64m, cpus: 0.05}}"}"""));
        ids.put("volumes", made("/v1/volumes", "{\"name\": \"%s\", \"size_gib\": 1}"));
        made("/v1/volumes", "{\"name\": \"%s-2\", \"size_gib\": 1}");
        ids.put("snapshots", made("/v1/volumes/" + ids.get("volumes") + "/snapshots", "{\"name\": \"%s\"}"));
        ids.put("secrets", made("/v1/secrets", "{\"name\": \"%s\", \"value\": \"%1$s\"}"));
        ids.put("api_keys", made("/v1/api_keys", "{\"name\": \"%s\"}"));
        api.post("/v1/registry_credentials", """
                {"registry": "%1$s.example.com", "username": "%1$s", "password": "%1$s"}""".formatted(word)).expect(201);
        ids.put("registry_credentials", word + ".example.com");
        ids.put(
                "containers",
                StandIns.shared()
                        .container(account, ids.get("workloads"), "running")
                        .path("id")
                        .asString());
        ObjectNode invoice = StandIns.shared().invoice(account, word, "open");
        ids.put("invoices", invoice.path("id").asString());
        String invoiceId = ids.get("invoices");
        ids.put(
                "credit_notes",
                StandIns.shared()
                        .creditNote(account, invoiceId, word)
                        .path("id")
                        .asString());
        ids.put("lines", invoice.path("lines").path(0).path("id").asString());
        ids.put(
                "payment_methods",
                StandIns.shared().cards().card(account, word, "4242").path("id").asString());
        ids.put("account", account);
        ids.put("members", user);
        ids.put("logins", login());
        ids.put("invitations", made("/v1/account/invitations", """
                {"email": "%s-EMAIL", "role": "viewer"}""".replace("EMAIL", Api.email())));
        ids.put("webhook_endpoints", made("/v1/webhook_endpoints", """
                {"url": "http://127.0.0.1:8099/%s", "description": "%1$s"}"""));
        ids.put("deliveries", made("/v1/webhook_endpoints/" + ids.get("webhook_endpoints") + "/test", "{}"));
    }

    /** A login at a provider; it is made by a browser's way there and back, which is tested elsewhere. */
    private String login() {
        LoginId login = LoginId.next();
        superuser.execute(
                "insert into gateway.login (login_id, user_id, issuer, subject, email, created_at) values (?, ?, 'https://%s.example.com', ?, '%s', now())"
                        .formatted(word, word),
                login.uuid(),
                UserId.parse(user).uuid(),
                login.toString());
        return login.toString();
    }

    private String made(String path, String body) {
        Reply reply = api.post(path, body.formatted(word));
        assertThat(reply.status()).as("%s: %s", path, reply.body()).isIn(201, 202);
        return reply.text("id");
    }

    /** Its owner, with a key that may everything. */
    Api api() {
        return api;
    }

    /** The header with that key. */
    String authorization() {
        return "Bearer " + key;
    }

    UUID accountUuid() {
        return AccountId.parse(account).uuid();
    }

    /** What it has of a kind, named by the collection in the path. */
    String id(String kind) {
        return Objects.requireNonNull(ids.get(kind), () -> "the estate has nothing of '%s'".formatted(kind));
    }

    /** The same, or something else where it has nothing of the kind. */
    String idOr(String kind, String other) {
        return ids.getOrDefault(kind, other);
    }

    /** All scopes there are. */
    List<String> scopes() {
        return Arrays.stream(Scope.values()).map(Scope::text).toList();
    }

    /** A caller with another key of it. */
    Api keyWith(List<String> scopes, boolean revoked) {
        String list = scopes.stream().map(scope -> "\"" + scope + "\"").collect(Collectors.joining(","));
        Reply made = api.post("/v1/api_keys", "{\"name\": \"k\", \"scopes\": [%s]}".formatted(list))
                .expect(201);
        if (revoked) {
            api.delete("/v1/api_keys/" + made.text("id")).expect(204);
        }
        return nobody.key(made.text("secret"));
    }

    /** A caller with a session of it and its CSRF token. */
    Api session() {
        Reply session = nobody.post(
                        "/v1/session", "{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, PASSWORD))
                .expect(201);
        String cookie = Objects.requireNonNull(session.header("Set-Cookie")).split(";")[0];
        return nobody.with("Cookie", cookie).with("X-CSRF-Token", session.text("csrf_token"));
    }

    /** Fails if anything of it stands in what another one received, but for what was asked for. */
    void isNotIn(String body, String what, String asked) {
        String rest = body;
        for (String id : ids.values()) {
            rest = asked.contains(id) ? rest.replace(id, "") : rest;
        }
        assertThat(rest).as(what).doesNotContain(word).doesNotContain(ids.values());
    }
}
