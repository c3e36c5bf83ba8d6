package dev.berth.gateway.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import org.junit.jupiter.api.Test;

class ProofTest extends GatewayTest {
    private static final String NEW = "a new battery staple";

    private People people() {
        return new People(api(), api().key(OPERATOR));
    }

    private Api.Reply ask(String email) {
        return api().post("/v1/password_reset", "{\"email\": \"%s\"}".formatted(email));
    }

    private Api.Reply reset(String token, String password) {
        return api().post("/v1/password_reset/" + token, "{\"password\": \"%s\"}".formatted(password));
    }

    private Api.Reply signIn(String email, String password) {
        return api().post("/v1/session", """
                {"email": "%s", "password": "%s"}""".formatted(email, password));
    }

    private String resetLink(People people, String email) {
        return await().ignoreExceptionsMatching(AssertionError.class::isInstance)
                .until(() -> people.link(email, "password_reset"), token -> !token.isEmpty());
    }

    @Test
    void provesAnAddressOnceWithTheLinkThatWasSentAtSignUp() {
        People people = people();
        People.Person ada = people.owner();
        String token = people.link(ada.email(), "verification");
        assertThat(ada.browser().get("/v1/account/members").text("data.0.email_verified"))
                .isEqualTo("false");
        api().post("/v1/email_verification/" + token).expect(204);
        assertThat(ada.browser().get("/v1/account/members").text("data.0.email_verified"))
                .isEqualTo("true");
        api().post("/v1/email_verification/" + token).expect(404);
        ada.browser().post("/v1/email_verification").expect(409);
    }

    @Test
    void sendsTheLinkAgainAndTakesTheOneBeforeBack() {
        People people = people();
        People.Person ada = people.owner();
        String first = people.link(ada.email(), "verification");
        ada.browser().post("/v1/email_verification").expect(202);
        String second = people.link(ada.email(), "verification");
        api().post("/v1/email_verification/" + first).expect(404);
        api().post("/v1/email_verification/nonsense").expect(404);
        for (int i = 0; i < 4; i++) {
            ada.browser().post("/v1/email_verification").expect(202);
        }
        ada.browser().post("/v1/email_verification").expect(429);
        assertThat(second).isNotEqualTo(first);
    }

    @Test
    void setsANewPasswordOnceAndEndsAllSessions() {
        People people = people();
        People.Person ada = people.owner();
        String key = ada.browser()
                .post("/v1/api_keys", "{\"name\": \"ci\"}")
                .expect(201)
                .text("secret");
        ask(ada.email()).expect(202);
        String token = resetLink(people, ada.email());
        reset(token, "short").expect(422);
        reset(token, NEW).expect(204);
        ada.browser().get("/v1/account").expect(401);
        signIn(ada.email(), People.PASSWORD).expect(401);
        signIn(ada.email(), NEW).expect(201);
        api().key(key).get("/v1/account").expect(200);
        reset(token, "yet another horse").expect(404);
        assertThat(api().key(key)
                        .get("/v1/audit_log?action=POST%20/v1/password_reset")
                        .text("data.0.actor"))
                .isEqualTo(ada.user());
        assertThat(superuser().fetch("select * from gateway.mail_link").formatJSON())
                .doesNotContain(token);
    }

    @Test
    void takesALinkBackWhenAnotherIsAskedForAndAfterAnHour() {
        People people = people();
        People.Person ada = people.owner();
        ask(ada.email()).expect(202);
        String first = resetLink(people, ada.email());
        ask(ada.email()).expect(202);
        String second = await().until(() -> people.link(ada.email(), "password_reset"), token -> !token.equals(first));
        reset(first, NEW).expect(404);
        superuser().execute("update gateway.mail_link set expires_at = now() where purpose = 'reset'");
        reset(second, NEW).expect(404);
        signIn(ada.email(), People.PASSWORD).expect(201);
    }

    @Test
    void answersAnUnknownAddressAsAKnownOneAndSendsItNothing() {
        String unknown = Api.email();
        Api.Reply one = ask(unknown).expect(202);
        Api.Reply two = ask(people().owner().email()).expect(202);
        assertThat(one.body()).isEqualTo(two.body());
        await().until(() -> superuser().fetchCount(org.jooq.impl.DSL.table("gateway.reset_request")) == 0);
        assertThatThrownBy(() -> people().link(unknown, "password_reset")).isInstanceOf(AssertionError.class);
        ask("nobody").expect(422);
    }
}
