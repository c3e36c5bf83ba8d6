package dev.berth.gateway.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import dev.berth.gateway.login.TestProvider.Somebody;
import dev.berth.gateway.login.Visitor.Page;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** Invited people who come by the provider, where nobody unknown signs up and the provider's word alone links nothing. */
@DirtiesContext
class JoinByProviderTest extends GatewayTest {
    private static final String PUBLIC_URL = "http://berth.test";
    private static final String CALLBACK = PUBLIC_URL + Provider.CALLBACK;
    private static final TestProvider PROVIDER = new TestProvider(CALLBACK);

    @DynamicPropertySource
    static void provider(DynamicPropertyRegistry registry) {
        registry.add("berth.mail.public-url", () -> PUBLIC_URL);
        registry.add("berth.oidc.issuer", PROVIDER::issuer);
        registry.add("berth.oidc.client-id", () -> TestProvider.CLIENT);
        registry.add("berth.oidc.client-secret", () -> TestProvider.SECRET);
        registry.add("berth.oidc.name", () -> "Example");
    }

    @AfterAll
    static void end() {
        PROVIDER.close();
    }

    private final String invited = Api.email();

    private People people() {
        return new People(api(), api().key(OPERATOR));
    }

    private String invite(People.Person owner, String email) {
        people().invite(owner, email, "developer").expect(201);
        return people().link(email, "invitation");
    }

    /** From the link in the mail to the provider, and what comes of it. */
    private Page joins(Visitor visitor, String token, Somebody who) {
        Page mail = visitor.open("/join/" + token);
        assertThat(mail.body()).contains("/join/" + token + "/oidc", "Join with Example");
        Page form = visitor.open("/join/" + token + "/oidc");
        assertThat(form.at().toString()).as(form.body()).startsWith(PROVIDER.issuer() + "/login");
        return visitor.signInAt(PROVIDER, who, _ -> false);
    }

    private Visitor visitor() {
        return new Visitor(PUBLIC_URL, api().base());
    }

    private long open(People.Person owner) {
        return owner.browser()
                .get("/v1/account/invitations")
                .json()
                .path("data")
                .size();
    }

    @Test
    void somebodyUnknownJoinsAndComesBackByTheProvider() {
        People.Person owner = people().owner();
        Somebody grace = PROVIDER.somebody(invited.toUpperCase(java.util.Locale.ROOT), true);
        assertThat(nobody(grace).status()).as("without an invitation").isEqualTo(403);
        Visitor visitor = visitor();
        String token = invite(owner, invited);
        Page page = joins(visitor, token, grace);
        assertThat(page.at().getPath()).as(page.body()).isEqualTo("/overview");
        Api session = visitor.asApi(api());
        assertThat(session.get("/v1/account").expect(200).text("id")).isEqualTo(owner.account());
        JsonNode member = member(owner, invited);
        assertThat(member.path("role").asString()).isEqualTo("developer");
        assertThat(member.path("email_verified").asBoolean()).isTrue();
        assertThat(session.get("/v1/accounts").json().path("data").size())
                .as("no account of their own")
                .isOne();
        assertThat(session.get("/v1/logins").text("data.0.subject")).isEqualTo(grace.subject());
        assertThat(owner.browser().get("/v1/audit_log").body()).contains("POST /v1/invitations/{token}/accept");
        assertThat(visitor().open("/join/" + token + "/oidc").status())
                .as("an invitation counts once")
                .isEqualTo(404);
        Visitor later = visitor();
        later.open("/signin/oidc");
        assertThat(later.signInAt(PROVIDER, grace, _ -> false).at().getPath()).isEqualTo("/overview");
    }

    private static JsonNode member(People.Person owner, String email) {
        for (JsonNode one :
                owner.browser().get("/v1/account/members").expect(200).json().path("data")) {
            if (one.path("email").asString().equals(email)) {
                return one;
            }
        }
        throw new AssertionError(email + " is no member");
    }

    private Page nobody(Somebody who) {
        Visitor visitor = visitor();
        visitor.open("/signin/oidc");
        return visitor.signInAt(PROVIDER, who, _ -> false);
    }

    @Test
    void anotherAddressOrOneThatIsNotVerifiedDoesNotJoin() {
        People.Person owner = people().owner();
        String token = invite(owner, invited);
        Somebody other = PROVIDER.somebody(Api.email(), true);
        Visitor first = visitor();
        Page refused = joins(first, token, other);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body()).contains("The invitation is for " + invited, other.email());
        Visitor second = visitor();
        Page unverified = joins(second, token, PROVIDER.somebody(invited, false));
        assertThat(unverified.status()).isEqualTo(403);
        assertThat(unverified.body()).contains("does not say that you read mails");
        assertThat(first.cookie("berth")).isNull();
        assertThat(second.cookie("berth")).isNull();
        assertThat(superuser().fetchOptional("select from gateway.users where email in (?, ?)", invited, other.email()))
                .isEmpty();
        assertThat(open(owner)).isOne();
        assertThat(joins(visitor(), token, PROVIDER.somebody(invited, true))
                        .at()
                        .getPath())
                .as("who was invited")
                .isEqualTo("/overview");
    }

    /** Who signed up with the address of somebody else gets neither their login nor their place. */
    @Test
    void whoHasTheAddressHereLinksTheLoginFirst() {
        People.Person there = people().owner();
        People.Person owner = people().owner();
        String token = invite(owner, there.email());
        Somebody login = PROVIDER.somebody(there.email(), true);
        Page refused = joins(visitor(), token, login);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body()).contains("has not linked it");
        assertThat(open(owner)).isOne();

        Visitor visitor = visitor();
        visitor.submit("/signin", Map.of("email", there.email(), "password", People.PASSWORD));
        Page leave = visitor.submit(
                "/security/link",
                Map.of("_csrf", Visitor.token(visitor.open("/security").body())));
        visitor.open(Visitor.away(PROVIDER, leave));
        visitor.signInAt(PROVIDER, login, _ -> false);
        Visitor again = visitor();
        assertThat(joins(again, token, login).at().getPath()).isEqualTo("/overview");
        assertThat(again.asApi(api()).get("/v1/account").text("id")).isEqualTo(owner.account());
        assertThat(again.asApi(api()).get("/v1/accounts").json().path("data").size())
                .isEqualTo(2);

        PROVIDER.add(new Somebody(login.subject(), invited, true, false));
        Page another = joins(visitor(), invite(owner, invited), login);
        assertThat(another.status())
                .as("a known login, whose person has another address")
                .isEqualTo(403);
        assertThat(another.body()).contains("another e-mail address here");
    }

    @Test
    void aSecondFactorIsAskedForBeforeAnybodyJoins() {
        People.Person owner = people().owner();
        Somebody grace = PROVIDER.somebody(invited, true);
        Visitor first = visitor();
        joins(first, invite(owner, invited), grace);
        Api session = first.asApi(api());
        String secret = session.post("/v1/second_factor").expect(201).text("secret");
        String code = session.post(
                        "/v1/second_factor/confirm", "{\"code\": \"%s\"}".formatted(Authenticator.code(secret)))
                .expect(200)
                .text("recovery_codes.0");
        People.Person second = people().owner();
        String token = invite(second, invited);
        Visitor visitor = visitor();
        Page asks = joins(visitor, token, grace);
        assertThat(asks.at().getPath()).isEqualTo("/signin/oidc/code");
        assertThat(open(second)).isOne();
        Page in = visitor.submit("/signin/oidc/code", Map.of("code", code));
        assertThat(in.at().getPath()).as(in.body()).isEqualTo("/overview");
        assertThat(visitor.asApi(api()).get("/v1/account").text("id")).isEqualTo(second.account());
        assertThat(open(second)).isZero();
    }

    @Test
    void whatIsTakenBackMeanwhileLeadsNowhere() {
        People.Person owner = people().owner();
        String token = invite(owner, invited);
        Visitor visitor = visitor();
        visitor.open("/join/" + token + "/oidc");
        Page back = visitor.signInAt(PROVIDER, PROVIDER.somebody(invited, true), to -> to.startsWith(CALLBACK));
        String id = owner.browser().get("/v1/account/invitations").text("data.0.id");
        owner.browser().delete("/v1/account/invitations/" + id).expect(204);
        Page page = visitor.open(Objects.requireNonNull(back.location()));
        assertThat(page.status()).isEqualTo(404);
        assertThat(visitor.cookie("berth")).isNull();
        assertThat(superuser().fetchOptional("select from gateway.users where email = ?", invited))
                .isEmpty();
        assertThat(visitor().open("/join/" + "A".repeat(43) + "/oidc").status()).isEqualTo(404);
    }
}
