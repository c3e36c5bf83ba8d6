package dev.berth.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SessionTest extends GatewayTest {
    private static final String SIGN_IN = "{\"email\": \"%s\", \"password\": \"%s\"}";

    private String person() {
        return api().signup().text("user.email");
    }

    private Api.Reply signIn(String email) {
        return api().post("/v1/session", SIGN_IN.formatted(email, "correct horse"))
                .expect(201);
    }

    private static String cookie(Api.Reply reply) {
        String header = Objects.requireNonNull(reply.header("Set-Cookie"));
        return header.substring(0, header.indexOf(';'));
    }

    @Test
    void letsAPersonInWithACookieThatScriptsCannotRead() {
        Api.Reply session = signIn(person());
        assertThat(session.header("Set-Cookie")).startsWith("berth=").contains("HttpOnly", "SameSite=Lax", "Path=/");
        Api.Reply account =
                api().with("Cookie", cookie(session)).get("/v1/account").expect(200);
        assertThat(account.text("id")).isEqualTo(session.text("account"));
    }

    @Test
    void givesEachSignInAnIdOfItsOwn() {
        String email = person();
        assertThat(cookie(signIn(email))).isNotEqualTo(cookie(signIn(email)));
    }

    @Test
    void writesWithACookieOnlyWithTheTokenOfTheSession() {
        Api.Reply session = signIn(person());
        Api browser = api().with("Cookie", cookie(session));
        String change = "{\"name\": \"Grace\"}";
        assertThat(browser.patch("/v1/account", change).expect(403).text("code"))
                .isEqualTo("csrf");
        assertThat(browser.with("X-CSRF-Token", signIn(person()).text("csrf_token"))
                        .patch("/v1/account", change)
                        .status())
                .isEqualTo(403);
        Api own = browser.with("X-CSRF-Token", session.text("csrf_token"));
        assertThat(own.patch("/v1/account", change).expect(200).text("name")).isEqualTo("Grace");
        assertThat(own.with("Sec-Fetch-Site", "cross-site")
                        .patch("/v1/account", change)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void endsASessionForGood() {
        Api.Reply session = signIn(person());
        Api browser = api().with("Cookie", cookie(session)).with("X-CSRF-Token", session.text("csrf_token"));
        assertThat(browser.delete("/v1/session").expect(204).header("Set-Cookie"))
                .contains("Max-Age=0");
        assertThat(browser.get("/v1/account").expect(401).text("code")).isEqualTo("unauthenticated");
    }

    @Test
    void answersAnUnknownPersonAsAWrongPassword() {
        Api.Reply wrong = api().post("/v1/session", SIGN_IN.formatted(person(), "wrong horse"))
                .expect(401);
        Api.Reply unknown = api().post("/v1/session", SIGN_IN.formatted(Api.email(), "wrong horse"))
                .expect(401);
        assertThat(unknown.body().replace(unknown.text("request_id"), ""))
                .isEqualTo(wrong.body().replace(wrong.text("request_id"), ""));
        assertThat(wrong.text("code")).isEqualTo("wrong_credentials");
    }

    @Test
    void slowsDownWhoGuessesPasswordsOfOnePerson() {
        String email = person();
        for (int i = 0; i < 10; i++) {
            api().post("/v1/session", SIGN_IN.formatted(email, "guess" + i + "...."))
                    .expect(401);
        }
        Api.Reply reply = api().post("/v1/session", SIGN_IN.formatted(email, "correct horse"))
                .expect(429);
        assertThat(Integer.parseInt(Objects.requireNonNull(reply.header("Retry-After"))))
                .isPositive();
        signIn(person());
    }

    @Test
    void believesAKeyAndNotTheCookieBesideIt() {
        Api.Reply session = signIn(person());
        Api.Reply other = api().signup();
        Api.Reply reply = api().with("Cookie", cookie(session))
                .key(other.text("api_key.secret"))
                .patch("/v1/account", "{\"name\": \"Grace\"}")
                .expect(200);
        assertThat(reply.text("id")).isEqualTo(other.text("account.id"));
        assertThat(api().with("Cookie", cookie(session))
                        .key("berth_sk_nonsense")
                        .get("/v1/account")
                        .status())
                .isEqualTo(401);
    }
}
