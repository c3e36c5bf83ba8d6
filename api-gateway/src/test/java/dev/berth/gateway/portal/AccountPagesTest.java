package dev.berth.gateway.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The page of the account: its data is taken along, it is closed and reopened. */
class AccountPagesTest extends GatewayTest {
    /** A browser that is signed in, and the token of its forms. */
    private record Visitor(Api browser, String csrf) {
        Api.Reply form(String path, Map<String, String> fields) {
            Map<String, String> all = new HashMap<>(fields);
            all.put("_csrf", csrf);
            return browser.form(path, all);
        }
    }

    private People people() {
        return new People(api(), api().key(OPERATOR));
    }

    private Visitor visitor(String email) {
        Api.Reply session =
                api().post("/v1/session", """
                {"email": "%s", "password": "%s"}""".formatted(email, People.PASSWORD)).expect(201);
        String cookie = Objects.requireNonNull(session.header("Set-Cookie"));
        return new Visitor(api().with("Cookie", cookie.substring(0, cookie.indexOf(';'))), session.text("csrf_token"));
    }

    @Test
    void anOwnerClosesTheAccountAndTakesItBack() {
        Visitor owner = visitor(people().owner().email());
        assertThat(owner.browser().get("/accounts").expect(200).body()).contains("href=\"/account\"");
        assertThat(owner.browser().get("/account").expect(200).body())
                .contains("Close the account", "For 30 days", "/v1/account/export.zip")
                .doesNotContain("Reopen");
        assertThat(owner.form("/account/close", Map.of("confirm", "Grace", "password", People.PASSWORD))
                        .expect(422)
                        .body())
                .contains("is neither the name nor the id", "value=\"Grace\"");
        assertThat(owner.form("/account/close", Map.of("confirm", "Ada", "password", "wrong horse"))
                        .expect(401)
                        .body())
                .contains("is wrong");
        owner.form("/account/close", Map.of("confirm", "Ada", "password", People.PASSWORD))
                .expect(302);
        assertThat(owner.browser().get("/account").expect(200).body())
                .contains("Reopen the account", "The account is closing")
                .doesNotContain("Type it");
        assertThat(owner.browser().get("/workloads").expect(200).body()).contains("The account is closing");
        owner.form("/account/reopen", Map.of()).expect(302);
        assertThat(owner.browser().get("/account").expect(200).body()).doesNotContain("The account is closing");
        assertThat(owner.browser().get("/audit").expect(200).body()).contains("/account/close", "/account/reopen");
    }

    @Test
    void anOwnerChoosesWhichMailsAboutMoneyComeOnceTheAddressIsProven() {
        People.Person person = people().owner();
        Visitor owner = visitor(person.email());
        assertThat(owner.browser().get("/account").expect(200).body()).doesNotContain("Mails about money");
        api().post("/v1/email_verification/" + people().link(person.email(), "verification"))
                .expect(204);
        assertThat(owner.browser().get("/account").expect(200).body())
                .contains("Mails about money")
                .containsPattern("value=\"all\" checked");
        owner.form("/account/mails", Map.of("choice", "needed")).expect(302);
        assertThat(owner.browser().get("/account").expect(200).body()).containsPattern("value=\"needed\" checked");
        owner.form("/account/mails", Map.of("choice", "none")).expect(422);
        Visitor viewer = visitor(people().joined(person, "viewer").email());
        assertThat(viewer.browser().get("/account").expect(200).body()).doesNotContain("Mails about money");
    }

    @Test
    void othersSeeWhatHappensAndCloseNothing() {
        People people = people();
        People.Person owner = people.owner();
        Visitor admin = visitor(people.joined(owner, "admin").email());
        assertThat(admin.browser().get("/account").expect(200).body())
                .contains("Only an owner can close it")
                .doesNotContain("export.zip");
        admin.form("/account/close", Map.of("confirm", "Ada", "password", People.PASSWORD))
                .expect(403);
    }
}
