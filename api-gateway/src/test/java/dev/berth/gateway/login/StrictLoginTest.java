package dev.berth.gateway.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import dev.berth.gateway.login.TestProvider.Somebody;
import dev.berth.gateway.login.Visitor.Page;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.UserId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A Berth where people come by the provider only: no passwords, nobody unknown, and the provider's word on addresses is taken. */
@DirtiesContext
class StrictLoginTest extends GatewayTest {
    private static final String PUBLIC_URL = "http://berth.test";
    private static final TestProvider PROVIDER = new TestProvider(PUBLIC_URL + Provider.CALLBACK);

    @DynamicPropertySource
    static void provider(DynamicPropertyRegistry registry) {
        registry.add("berth.mail.public-url", () -> PUBLIC_URL);
        registry.add("berth.passwords", () -> false);
        registry.add("berth.oidc.issuer", PROVIDER::issuer);
        registry.add("berth.oidc.client-id", () -> TestProvider.CLIENT);
        registry.add("berth.oidc.client-secret", () -> TestProvider.SECRET);
        registry.add("berth.oidc.trust-email", () -> true);
    }

    @AfterAll
    static void end() {
        PROVIDER.close();
    }

    /** Somebody from before, with an account. */
    private String person(boolean verified) {
        String email = Api.email();
        var user = UserId.next().uuid();
        var account = AccountId.next().uuid();
        superuser()
                .execute(
                        "insert into gateway.users (user_id, email, email_key, created_at, email_verified_at) values (?, ?, ?, now(), "
                                + (verified ? "now())" : "null)"),
                        user,
                        email,
                        email);
        superuser()
                .execute(
                        "insert into gateway.account (account_id, name, plan, currency, time_zone, created_at) values (?, 'Ada', 'starter', 'EUR', 'UTC', now())",
                        account);
        superuser()
                .execute(
                        "insert into gateway.membership (account_id, user_id, role, created_at) values (?, ?, 'owner', now())",
                        account,
                        user);
        return email;
    }

    private Visitor comesBack(Somebody who, int status) {
        Visitor visitor = new Visitor(PUBLIC_URL, api().base());
        visitor.open("/signin/oidc?next=/security"); // a page that needs nothing of an account but that it is there
        Page page = visitor.signInAt(PROVIDER, who, _ -> false);
        assertThat(page.status()).as(page.body()).isEqualTo(status);
        return visitor;
    }

    @Test
    void aProvenAddressIsLinkedToWhoHasItAndAnyOtherIsNot() {
        String email = person(true);
        assertThat(comesBack(PROVIDER.somebody(email, false), 403).cookie("berth"))
                .as("the provider does not call it verified")
                .isNull();
        Somebody ada = PROVIDER.somebody(email, true);
        assertThat(comesBack(ada, 200).cookie("berth")).isNotNull();
        PROVIDER.add(new Somebody(ada.subject(), Api.email(), false, false));
        assertThat(comesBack(ada, 200).cookie("berth")).as("by the link").isNotNull();
    }

    /** Who signed up with somebody else's address must not be given their login, nor they the account. */
    @Test
    void anAddressThatNobodyProvedHereIsNotLinked() {
        comesBack(PROVIDER.somebody(person(false), true), 403);
    }

    @Test
    void nobodyUnknownSignsUp() {
        Visitor visitor = comesBack(PROVIDER.somebody(Api.email(), true), 403);
        assertThat(visitor.open("/signup/oidc").status()).isEqualTo(401);
        assertThat(visitor.open("/signup").body())
                .contains("Nobody signs up here")
                .doesNotContain("Continue with", "name=\"password\"");
    }

    @Test
    void whoIsInvitedJoinsByTheProviderAndIsAskedForNoPassword() {
        String owner = person(true);
        Visitor inviter = comesBack(PROVIDER.somebody(owner, true), 200);
        String invited = Api.email();
        inviter.asApi(api())
                .post("/v1/account/invitations", "{\"email\": \"%s\", \"role\": \"viewer\"}".formatted(invited))
                .expect(201);
        String link = "/join/" + new People(api(), api().key(OPERATOR)).link(invited, "invitation");
        Visitor visitor = new Visitor(PUBLIC_URL, api().base());
        assertThat(visitor.open(link).body())
                .contains("Join with 127.0.0.1", "Passwords are not used here")
                .doesNotContain("name=\"password\"", "Join the account");
        visitor.open(link + "/oidc");
        Page in = visitor.signInAt(PROVIDER, PROVIDER.somebody(invited, true), to -> to.endsWith("/overview"));
        assertThat(in.location()).as(in.body()).endsWith("/overview");
        assertThat(visitor.asApi(api())
                        .get("/v1/account/members")
                        .expect(200)
                        .json()
                        .path("data")
                        .size())
                .isEqualTo(2);
    }

    @Test
    void passwordsAreOfNoUse() {
        String email = person(true);
        for (String[] call : new String[][] {
            {"/v1/session", "{\"email\": \"%s\", \"password\": \"correct horse\"}"},
            {"/v1/signup", "{\"email\": \"x%s\", \"password\": \"correct horse\", \"name\": \"Ada\"}"},
            {"/v1/password_reset", "{\"email\": \"%s\"}"}
        }) {
            Api.Reply reply = api().post(call[0], call[1].formatted(email)).expect(403);
            assertThat(reply.text("code")).isEqualTo("passwords_off");
            assertThat(reply.text("hint")).contains("/v1/session/providers");
        }
        assertThat(api().get("/v1/session/providers").text("passwords")).isEqualTo("false");
        assertThat(new Visitor(PUBLIC_URL, api().base()).open("/signin").body())
                .contains("Continue with 127.0.0.1")
                .doesNotContain("name=\"password\"", "Forgot");
    }
}
