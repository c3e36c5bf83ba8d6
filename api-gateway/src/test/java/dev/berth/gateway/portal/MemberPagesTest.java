package dev.berth.gateway.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MemberPagesTest extends GatewayTest {
    /** Somebody in a browser, who fills in forms. */
    private record Visitor(Api browser, String csrf) {
        Api.Reply form(String path, Map<String, String> fields) {
            Map<String, String> all = new HashMap<>(fields);
            all.put("_csrf", csrf);
            return browser.form(path, all);
        }

        Api.Reply get(String path) {
            return browser.get(path);
        }
    }

    private People people() {
        return new People(api(), api().key(OPERATOR));
    }

    private Visitor visitor(String email, String password) {
        Api.Reply session =
                api().post("/v1/session", """
                {"email": "%s", "password": "%s"}""".formatted(email, password)).expect(201);
        return new Visitor(api().with("Cookie", cookie(session)), session.text("csrf_token"));
    }

    private static String cookie(Api.Reply reply) {
        String header = Objects.requireNonNull(reply.header("Set-Cookie"));
        return header.substring(0, header.indexOf(';'));
    }

    private static String location(Api.Reply reply) {
        return Objects.requireNonNull(reply.header("Location"));
    }

    @Test
    void invitesSomebodyWhoJoinsByTheLinkAndIsChangedAndRemoved() {
        People people = people();
        String ada = people.owner().email();
        Visitor owner = visitor(ada, People.PASSWORD);
        String grace = Api.email();
        assertThat(owner.form("/members", Map.of("email", "nobody", "role", "viewer"))
                        .expect(422)
                        .body())
                .contains("is not an e-mail address", "value=\"nobody\"");
        owner.form("/members", Map.of("email", grace, "role", "developer")).expect(302);
        assertThat(owner.get("/members").expect(200).body()).contains(grace, "Send again", "Revoke");
        String join = "/join/" + people.link(grace, "invitation");
        assertThat(api().get(join).expect(200).body()).contains("Join Ada", grace, "Choose a password");
        assertThat(api().form(join, Map.of("password", "short")).expect(422).body())
                .contains("8 to 200 characters");
        Api.Reply joined = api().form(join, Map.of("password", People.PASSWORD)).expect(302);
        assertThat(location(joined)).endsWith("/overview");
        Api member = api().with("Cookie", cookie(joined));
        assertThat(member.get("/members").expect(200).body())
                .contains(ada, grace, "Leave…")
                .doesNotContain("Invite somebody");
        assertThat(api().get(join).expect(404).body()).contains("leads nowhere");

        String user = people.signIn(grace).user();
        owner.form("/members/" + user + "/role", Map.of("role", "viewer")).expect(302);
        assertThat(owner.form("/members/" + people.signIn(ada).user() + "/role", Map.of("role", "viewer"))
                        .expect(409)
                        .body())
                .contains("no owner");
        owner.form("/members/" + user + "/remove", Map.of()).expect(302);
        assertThat(member.get("/members").expect(303).header("Location")).contains("/signin");
    }

    @Test
    void joinsWithoutAPasswordWhoIsSignedInWithTheAddress() {
        People people = people();
        People.Person ada = people.owner();
        String grace = people.owner().email();
        people.invite(ada, grace, "viewer").expect(201);
        String join = "/join/" + people.link(grace, "invitation");
        assertThat(api().get(join).expect(200).body()).contains("Your password");
        Visitor guest = visitor(grace, People.PASSWORD);
        assertThat(guest.get(join).expect(200).body()).doesNotContain("Your password");
        guest.form(join, Map.of()).expect(302);
    }

    @Test
    void changesBetweenAccountsAndOpensAnother() {
        Visitor ada = visitor(people().owner().email(), People.PASSWORD);
        String made = ada.form("/accounts", Map.of("name", "Second", "currency", "EUR"))
                .expect(200)
                .body();
        assertThat(made).contains("berth_sk_", "Second is there", "Change to it", "you are here");
        assertThat(ada.form("/accounts", Map.of("name", "")).expect(422).body()).contains("is required");
        String second = made.substring(made.lastIndexOf("name=\"account\" value=\"") + 22);
        Api.Reply changed = ada.form("/accounts/change", Map.of("account", second.substring(0, second.indexOf('"'))))
                .expect(302);
        assertThat(api().with("Cookie", cookie(changed))
                        .get("/members")
                        .expect(200)
                        .body())
                .contains("Second");
        ada.get("/members").expect(303);
    }

    @Test
    void remindsOfTheAddressUntilItIsProven() {
        People people = people();
        String email = people.owner().email();
        Visitor ada = visitor(email, People.PASSWORD);
        assertThat(ada.get("/keys").expect(200).body()).contains("Open the link in the mail to", email);
        assertThat(ada.form("/verify", Map.of()).expect(200).body()).contains("on its way");
        String verify = "/verify/" + people.link(email, "verification");
        assertThat(api().get(verify).expect(200).body()).contains("Yes, it is mine");
        assertThat(ada.get("/keys").body()).contains("Open the link in the mail to");
        assertThat(api().form(verify, Map.of()).expect(200).body()).contains("Your address is proven");
        assertThat(ada.get("/keys").body()).doesNotContain("Open the link in the mail to");
        api().form(verify, Map.of()).expect(404);
    }

    @Test
    void setsANewPasswordByTheLinkInTheMail() {
        People people = people();
        String email = people.owner().email();
        assertThat(api().get("/signin").body()).contains("/password-reset");
        api().get("/password-reset").expect(200);
        api().form("/password-reset", Map.of("email", "nobody")).expect(422);
        String known = api().form("/password-reset", Map.of("email", email))
                .expect(200)
                .body();
        String unknown = api().form("/password-reset", Map.of("email", Api.email()))
                .expect(200)
                .body();
        assertThat(known).isEqualTo(unknown).contains("Look into your mail");
        String token = await().ignoreExceptionsMatching(AssertionError.class::isInstance)
                .until(() -> people.link(email, "password_reset"), link -> !link.isEmpty());
        String page = "/password-reset/" + token;
        assertThat(api().get(page).expect(200).body()).contains("Choose a new password");
        assertThat(api().form(page, Map.of("password", "short")).expect(422).body())
                .contains("8 to 200");
        api().form(page, Map.of("password", "a new battery staple")).expect(302);
        visitor(email, "a new battery staple");
        api().get(page).expect(404);
    }

    @Test
    void showsTheAuditLogToWhoMayReadIt() {
        People people = people();
        People.Person ada = people.owner();
        People.Person viewer = people.joined(ada, "viewer");
        assertThat(ada.browser().get("/audit").expect(200).body())
                .contains("POST /v1/account/invitations", "POST /v1/signup", "#1", "201 done");
        assertThat(ada.browser().get("/audit?action=DELETE").expect(200).body()).contains("Nothing like that");
        viewer.browser().get("/audit").expect(403);
        assertThat(ada.browser().get("/audit").body()).contains("GET /audit", "403 refused");
    }

    @Test
    void rotatesAKeyOnItsPage() {
        Visitor ada = visitor(people().owner().email(), People.PASSWORD);
        String made = ada.form("/keys", Map.of("name", "ci", "scopes", "account:read", "expires_in_days", "7"))
                .expect(200)
                .body();
        int secret = made.indexOf("berth_sk_");
        int id = made.indexOf("/keys/key_") + "/keys/".length();
        String before = made.substring(secret, secret + 60);
        api().key(before).get("/v1/account").expect(200);
        ada.form("/keys/" + made.substring(id, id + 30) + "/rotate", Map.of("overlap_s", "0"))
                .expect(200);
        api().key(before).get("/v1/account").expect(401);
    }

    @Test
    void showsMailsToTheOperatorsKeyOnly() {
        String email = people().owner().email();
        assertThat(api().get("/mails").expect(200).body()).doesNotContain(email);
        assertThat(api().form("/mails", Map.of("key", "berth_op_nonsense"))
                        .expect(403)
                        .body())
                .contains("is not the key of an operator", "aria-invalid")
                .doesNotContain(email);
        assertThat(api().form("/mails", Map.of("key", OPERATOR)).expect(200).body())
                .contains(email, "/verify/", "Open the link");
    }
}
