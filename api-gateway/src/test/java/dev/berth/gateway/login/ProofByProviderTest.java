package dev.berth.gateway.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import dev.berth.gateway.login.TestProvider.Again;
import dev.berth.gateway.login.TestProvider.Somebody;
import dev.berth.gateway.login.Visitor.Page;
import dev.berth.schema.id.UserId;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Who has no password shows by a sign-in at the provider that it is them who closes the account: a recent one, theirs, once. */
@DirtiesContext
class ProofByProviderTest extends GatewayTest {
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
        registry.add("berth.oidc.sign-up", () -> true);
    }

    @AfterAll
    static void end() {
        PROVIDER.close();
    }

    @AfterEach
    void mend() {
        PROVIDER.again(Again.ASKS);
    }

    private final Somebody ada = PROVIDER.somebody(Api.email(), true);

    private Visitor visitor() {
        return new Visitor(PUBLIC_URL, api().base());
    }

    /** Ada, who has signed up by the provider and has no password. */
    private Visitor signedUp() {
        Visitor visitor = visitor();
        visitor.open("/signin/oidc");
        visitor.signInAt(PROVIDER, ada, _ -> false);
        Page welcome = visitor.submit("/signup/oidc", Map.of("name", "Analytical Engines", "time_zone", "UTC"));
        assertThat(welcome.status()).as(welcome.body()).isEqualTo(200);
        return visitor;
    }

    private Api.Reply close(Visitor visitor) {
        return close(visitor.asApi(api()));
    }

    private static Api.Reply close(Api by) {
        return by.post("/v1/account/close", "{\"confirm\": \"Analytical Engines\"}");
    }

    private void isRefused(Visitor visitor) {
        Api.Reply refused = close(visitor).expect(401);
        assertThat(refused.text("code")).isEqualTo("sign_in_again");
        assertThat(visitor.asApi(api()).get("/v1/account").text("closing")).isEqualTo("null");
    }

    /** By the button on the page of the account, up to where the link behind it leads. */
    private static String leave(Visitor visitor) {
        String token = Visitor.token(visitor.open("/account").body());
        Page leave = visitor.submit("/security/prove", Map.of("_csrf", token, "next", "/account"));
        assertThat(leave.status()).as(leave.body()).isEqualTo(200);
        assertThat(leave.body()).contains("Sign in again", "Continue to Example");
        return Visitor.away(PROVIDER, leave);
    }

    private void isProvenAgo(Duration age) {
        int rows = superuser().execute("""
                update gateway.session s set proven_at = now() - ? * interval '1 second' from gateway.login l
                where l.user_id = s.user_id and l.subject = ?""", age.toSeconds(), ada.subject());
        assertThat(rows).isPositive();
    }

    @Test
    void isLedToTheProviderAndBackAndThenClosesTheAccount() {
        Visitor visitor = signedUp();
        isRefused(visitor);
        Page before = visitor.open("/account");
        assertThat(before.body())
                .contains("sign in at Example once more first")
                .doesNotContain("name=\"password\"", "btn danger");
        PROVIDER.signedIn(ada, Duration.ofMinutes(2));
        Page form = visitor.open(leave(visitor));
        assertThat(form.at().toString()).as("it asks again").startsWith(PROVIDER.issuer() + "/login");
        isRefused(visitor);
        Page back = visitor.signInAt(PROVIDER, ada, _ -> false);
        assertThat(back.at().getPath()).isEqualTo("/account");
        assertThat(back.body()).contains("You signed in at Example in the last minutes", "btn danger");
        assertThat(visitor.cookie("berth-login")).as("the way's cookie").isNull();
        assertThat(visitor.asApi(api())
                        .get("/v1/audit_log?action=POST%20/v1/session/proof")
                        .body())
                .contains("lgn_");

        Page closed = visitor.submit(
                "/account/close", Map.of("confirm", "Analytical Engines", "_csrf", Visitor.token(back.body())));
        assertThat(closed.status()).as(closed.body()).isEqualTo(200);
        assertThat(visitor.asApi(api()).get("/v1/account").text("state")).isEqualTo("closing");
    }

    @Test
    void aSignInOfJustNowIsEnoughAndOneOfBeforeIsNot() {
        signedUp();
        Visitor again = visitor();
        again.open("/signin/oidc");
        again.signInAt(PROVIDER, ada, _ -> false);
        isProvenAgo(Duration.ofSeconds(301));
        isRefused(again);
        isProvenAgo(Duration.ofSeconds(280));
        close(again).expect(202);
    }

    /** A session may begin now with a sign-in at the provider of this morning. */
    @Test
    void aNewSessionWithAnOldSignInIsNotEnough() {
        Visitor first = signedUp();
        String token = Visitor.token(first.open("/account").body());
        first.submit("/signout", Map.of("_csrf", token));
        PROVIDER.signedIn(ada, Duration.ofHours(3));
        assertThat(first.open("/signin/oidc").at().getPath())
                .as("nobody asked again")
                .isEqualTo("/overview");
        isRefused(first);
    }

    @Test
    void aLoginOfSomebodyElseProvesNothing() {
        Visitor visitor = signedUp();
        Somebody stranger = PROVIDER.somebody(ada.email(), true);
        PROVIDER.signedIn(ada, Duration.ofMinutes(2));
        visitor.open(leave(visitor));
        Page page = visitor.signInAt(PROVIDER, stranger, _ -> false);
        assertThat(page.status()).isEqualTo(401);
        assertThat(page.body()).contains("is not linked to you");
        isRefused(visitor);
        assertThat(visitor.asApi(api()).get("/v1/logins").json().path("data").size())
                .isOne();
    }

    @Test
    void aReturnCountsOnceAndInItsOwnSession() {
        Visitor visitor = signedUp();
        Page back = visitor.open(leave(visitor), to -> to.startsWith(CALLBACK));
        String callback = Objects.requireNonNull(back.location());
        String way = Objects.requireNonNull(visitor.cookie("berth-login"));
        assertThat(visitor.open(callback).at().getPath()).isEqualTo("/account");
        isProvenAgo(Duration.ofMinutes(6));
        Api.Reply replayed = api().with("Cookie", "berth=%s; berth-login=%s".formatted(visitor.cookie("berth"), way))
                .with("Accept", "text/html")
                .get(callback.substring(PUBLIC_URL.length()));
        assertThat(replayed.status()).isEqualTo(401);
        isRefused(visitor);

        Visitor elsewhere = visitor();
        elsewhere.open("/signin/oidc");
        elsewhere.signInAt(PROVIDER, ada, _ -> false);
        isProvenAgo(Duration.ofMinutes(6));
        Page other = visitor.open(leave(visitor), to -> to.startsWith(CALLBACK));
        Api.Reply crossed = api().with(
                        "Cookie",
                        "berth=%s; berth-login=%s".formatted(elsewhere.cookie("berth"), visitor.cookie("berth-login")))
                .with("Accept", "text/html")
                .get(Objects.requireNonNull(other.location()).substring(PUBLIC_URL.length()));
        assertThat(crossed.status()).as("another session of the same person").isEqualTo(401);
        isRefused(elsewhere);
        isRefused(visitor);
    }

    @Test
    void aProviderThatAsksNobodyAgainOrTellsNoTimeProvesNothing() {
        Visitor visitor = signedUp();
        PROVIDER.again(Again.IGNORES);
        PROVIDER.signedIn(ada, Duration.ofMinutes(6));
        Page old = visitor.open(leave(visitor));
        assertThat(old.status()).isEqualTo(401);
        assertThat(old.body()).contains("did not have you sign in again");
        isRefused(visitor);
        PROVIDER.again(Again.TELLS_NOTHING);
        PROVIDER.signedIn(ada, Duration.ZERO);
        Page silent = visitor.open(leave(visitor));
        assertThat(silent.status()).isEqualTo(401);
        assertThat(silent.body()).contains("does not say when you signed in");
        isRefused(visitor);
    }

    @Test
    void aSecondFactorIsAskedForAllTheSame() {
        Visitor visitor = signedUp();
        Api session = visitor.asApi(api());
        String secret = session.post("/v1/second_factor").expect(201).text("secret");
        String code = session.post(
                        "/v1/second_factor/confirm", "{\"code\": \"%s\"}".formatted(Authenticator.code(secret)))
                .expect(200)
                .text("recovery_codes.0");
        isProvenAgo(Duration.ZERO);
        assertThat(close(visitor).expect(401).text("code")).isEqualTo("second_factor_required");
        session.post("/v1/account/close", "{\"confirm\": \"Analytical Engines\", \"code\": \"%s\"}".formatted(code))
                .expect(202);
    }

    @Test
    void aKeyShowsNobody() {
        Visitor visitor = signedUp();
        String secret = visitor.asApi(api())
                .post("/v1/api_keys", "{\"name\": \"k\"}")
                .expect(201)
                .text("secret");
        isProvenAgo(Duration.ZERO);
        Api.Reply refused = close(api().key(secret)).expect(401);
        assertThat(refused.text("code")).isEqualTo("sign_in_again");
        assertThat(refused.text("detail")).contains("A key cannot show");
    }

    /** Who has a password, too, shows one of the two. */
    @Test
    void whoHasAPasswordMayDoEither() {
        Visitor visitor = signedUp();
        UserId user =
                UserId.parse(visitor.asApi(api()).get("/v1/account/members").text("data.0.user"));
        superuser()
                .execute(
                        "update gateway.users set password_hash = (select password_hash from gateway.users where email = ?) where user_id = ?",
                        new People(api(), api().key(OPERATOR)).owner().email(),
                        user.uuid());
        assertThat(visitor.open("/account").body()).contains("name=\"password\"", "instead of the password");
        Api session = visitor.asApi(api());
        session.post("/v1/account/close", "{\"confirm\": \"Analytical Engines\", \"password\": \"another one\"}")
                .expect(401);
        visitor.open(leave(visitor));
        close(visitor).expect(202);
        session.post("/v1/account/reopen").expect(202);
        isProvenAgo(Duration.ofMinutes(6));
        session.post(
                        "/v1/account/close",
                        "{\"confirm\": \"Analytical Engines\", \"password\": \"%s\"}".formatted(People.PASSWORD))
                .expect(202);
    }

    @Test
    void anotherSitesFormLeadsNowhere() {
        assertThat(signedUp()
                        .submit("/security/prove", Map.of("_csrf", "wrong", "next", "/account"))
                        .status())
                .isEqualTo(403);
    }
}
