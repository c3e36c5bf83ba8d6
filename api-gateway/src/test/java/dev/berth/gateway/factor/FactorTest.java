package dev.berth.gateway.factor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class FactorTest extends GatewayTest {
    /** Somebody with a factor: the secret, the codes for recovery, and the step whose code confirmed it. */
    private record Guarded(People.Person person, String secret, List<String> recovery, long step) {}

    private People people() {
        return new People(api(), api().key(OPERATOR));
    }

    private static long now() {
        return Instant.now().getEpochSecond() / 30;
    }

    private Guarded guarded() {
        People.Person person = people().owner();
        String secret = person.browser().post("/v1/second_factor").expect(201).text("secret");
        long step = now();
        Api.Reply confirmed = person.browser()
                .post("/v1/second_factor/confirm", "{\"code\": \"%s\"}".formatted(Codes.code(secret, step)))
                .expect(200);
        List<String> recovery = new ArrayList<>();
        confirmed.json().path("recovery_codes").forEach(code -> recovery.add(code.asString()));
        return new Guarded(person, secret, recovery, step);
    }

    private Api.Reply signIn(Guarded who, String code) {
        return api().post("/v1/session", """
                {"email": "%s", "password": "%s", "code": "%s"}""".formatted(who.person().email(), People.PASSWORD, code));
    }

    @Test
    void isAskedForAfterThePasswordOnceItIsConfirmed() {
        People.Person ada = people().owner();
        assertThat(ada.browser().get("/v1/second_factor").text("state")).isEqualTo("off");
        Api.Reply begun = ada.browser().post("/v1/second_factor").expect(201);
        assertThat(begun.text("otpauth_url"))
                .startsWith("otpauth://totp/Berth%3A")
                .contains(begun.text("secret"));
        assertThat(ada.browser().get("/v1/second_factor").text("state")).isEqualTo("pending");
        people().signIn(ada.email());
        ada.browser()
                .post("/v1/second_factor/confirm", "{\"code\": \"000000x\"}")
                .expect(422);

        Guarded grace = guarded();
        assertThat(grace.recovery()).hasSize(10).doesNotHaveDuplicates();
        assertThat(signIn(grace, "").expect(401).text("code")).isEqualTo("second_factor_required");
        assertThat(api().post("/v1/session", """
                        {"email": "%s", "password": "wrong horse", "code": "1"}""".formatted(grace.person().email()))
                        .expect(401)
                        .text("code"))
                .isEqualTo("wrong_credentials");
        assertThat(signIn(grace, "nonsense").expect(401).text("code")).isEqualTo("wrong_second_factor");
        signIn(grace, Codes.code(grace.secret(), grace.step() + 1)).expect(201);
        await().until(() -> grace.person().browser().get("/v1/audit_log").body().contains("wrong_second_factor"));
    }

    @Test
    void countsACodeOnceAlsoWhenItIsShownTwiceAtOnce() throws Exception {
        Guarded ada = guarded();
        assertThat(signIn(ada, Codes.code(ada.secret(), ada.step())).expect(401).text("code"))
                .isEqualTo("wrong_second_factor");
        String code = Codes.code(ada.secret(), ada.step() + 1);
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService both = Executors.newFixedThreadPool(3)) {
            List<Callable<Integer>> calls = List.of(
                    () -> signIn(ada, code).status(),
                    () -> signIn(ada, code).status(),
                    () -> signIn(ada, code).status());
            for (Future<Integer> call : both.invokeAll(calls)) {
                statuses.add(call.get());
            }
        }
        assertThat(statuses).containsExactlyInAnyOrder(201, 401, 401);
    }

    @Test
    void letsWhoLostTheAuthenticatorInOnceWithEachCodeForRecovery() {
        Guarded ada = guarded();
        String code = ada.recovery().getFirst();
        signIn(ada, code.toLowerCase(java.util.Locale.ROOT)).expect(201);
        signIn(ada, code).expect(401);
        assertThat(ada.person().browser().get("/v1/second_factor").text("recovery_codes_left"))
                .isEqualTo("9");
        ada.person()
                .browser()
                .post(
                        "/v1/second_factor/end",
                        "{\"code\": \"%s\"}".formatted(ada.recovery().get(1)))
                .expect(204);
        people().signIn(ada.person().email());
    }

    @Test
    void slowsDownWhoGuesses() {
        Guarded ada = guarded();
        for (int i = 0; i < 4; i++) {
            signIn(ada, "nonsense").expect(401);
        }
        signIn(ada, Codes.code(ada.secret(), ada.step() + 1)).expect(429);
    }

    @Test
    void isNotReplacedByALinkInAMail() {
        Guarded ada = guarded();
        People people = people();
        People.Person grace = people.owner();
        people.invite(grace, ada.person().email(), "viewer").expect(201);
        String token = people.link(ada.person().email(), "invitation");
        assertThat(people.accept(token, People.PASSWORD).expect(401).text("code"))
                .isEqualTo("second_factor_required");
        ada.person()
                .browser()
                .post("/v1/invitations/" + token + "/accept", "{}")
                .expect(201);
    }

    @Test
    void keepsNeitherTheSecretNorTheCodesAsTheyAre() {
        Guarded ada = guarded();
        String kept = superuser().fetch("select * from gateway.second_factor").formatJSON()
                + superuser().fetch("select * from gateway.recovery_code").formatJSON()
                + superuser().fetch("select * from gateway.audit_entry").formatJSON();
        assertThat(kept)
                .doesNotContain(ada.secret())
                .doesNotContain(ada.recovery().getFirst());
    }

    @Test
    void isAPersonsAndNotAKeys() {
        Guarded ada = guarded();
        Api key = api().key(ada.person()
                .browser()
                .post("/v1/api_keys", "{\"name\": \"ci\"}")
                .expect(201)
                .text("secret"));
        key.post("/v1/second_factor").expect(409);
        key.post(
                        "/v1/second_factor/end",
                        "{\"code\": \"%s\"}".formatted(ada.recovery().getFirst()))
                .expect(409);
        ada.person().browser().post("/v1/second_factor").expect(409);
        key.get("/v1/account").expect(200);
    }

    @Test
    void isTurnedOnAndAskedForOnPages() {
        People.Person ada = people().owner();
        assertThat(ada.browser().get("/security").expect(200).body()).contains("Begin");
        String page = form(ada, "/security/begin", Map.of()).expect(200).body();
        int at = page.indexOf("<code class=\"wrap-any\">") + "<code class=\"wrap-any\">".length();
        String secret = page.substring(at, at + 32);
        assertThat(form(ada, "/security/confirm", Map.of("code", "x"))
                        .expect(422)
                        .body())
                .contains("is wrong, was used");
        long step = now();
        assertThat(form(ada, "/security/confirm", Map.of("code", Codes.code(secret, step)))
                        .expect(200)
                        .body())
                .contains("Keep these codes", "10 codes for recovery are left");
        Map<String, String> password = Map.of("email", ada.email(), "password", People.PASSWORD);
        assertThat(api().form("/signin", password).expect(401).body()).contains("Code of your authenticator");
        api().form(
                        "/signin",
                        Map.of("email", ada.email(), "password", People.PASSWORD, "code", Codes.code(secret, step + 1)))
                .expect(302);
    }

    private static Api.Reply form(People.Person who, String path, Map<String, String> fields) {
        return who.browser().form(path, fields); // the token goes in the header
    }
}
