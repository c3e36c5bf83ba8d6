package dev.berth.gateway.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import dev.berth.gateway.login.TestProvider.Fault;
import dev.berth.gateway.login.TestProvider.Somebody;
import dev.berth.gateway.login.Visitor.Page;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** People who come by the provider, where unknown ones may sign up, its word on addresses is not taken, and passwords are used too. */
@DirtiesContext
class LoginTest extends GatewayTest {
    private static final String PUBLIC_URL = "http://berth.test";
    private static final TestProvider PROVIDER = new TestProvider(PUBLIC_URL + Provider.CALLBACK);
    private static final String CALLBACK = PUBLIC_URL + Provider.CALLBACK;

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
        PROVIDER.fault(Fault.NONE);
    }

    private Visitor visitor() {
        return new Visitor(PUBLIC_URL, api().base());
    }

    private People people() {
        return new People(api(), api().key(OPERATOR));
    }

    /** From the button to where the provider lets them go on. */
    private static Page comesBack(Visitor visitor, Somebody who, String begin) {
        leaves(visitor, begin);
        return visitor.signInAt(PROVIDER, who, _ -> false);
    }

    /** The same, up to the redirect that leads back, which is not followed. */
    private static String callback(Visitor visitor, Somebody who) {
        leaves(visitor, "/signin/oidc");
        Page page = visitor.signInAt(PROVIDER, who, to -> to.startsWith(CALLBACK));
        return Objects.requireNonNull(page.location());
    }

    private static void leaves(Visitor visitor, String begin) {
        Page form = visitor.open(begin);
        assertThat(form.at().toString()).as(form.body()).startsWith(PROVIDER.issuer() + "/login");
    }

    /** Signs somebody new up, who has no password. */
    private Visitor signedUp(Somebody who) {
        Visitor visitor = visitor();
        assertThat(comesBack(visitor, who, "/signin/oidc").at().getPath()).isEqualTo("/signup/oidc");
        Page welcome = visitor.submit("/signup/oidc", Map.of("name", "Analytical Engines", "time_zone", "UTC"));
        assertThat(welcome.status()).as(welcome.body()).isEqualTo(200);
        return visitor;
    }

    private Api asApi(Visitor visitor) {
        String cookie = Objects.requireNonNull(visitor.cookie("berth"));
        return api().with("Cookie", "berth=" + cookie)
                .with("X-CSRF-Token", dev.berth.gateway.edge.Csrf.tokenOf(cookie));
    }

    private void notIn(Page page, Visitor visitor) {
        assertThat(page.status()).as(page.body()).isEqualTo(401);
        assertThat(page.body()).contains("The sign-in at the provider did not work");
        assertThat(visitor.cookie("berth")).isNull();
    }

    @Test
    void tellsHowPeopleMaySignIn() {
        JsonNode ways = api().get("/v1/session/providers").expect(200).json();
        assertThat(ways.path("passwords").booleanValue()).isTrue();
        JsonNode one = ways.path("data").path(0);
        assertThat(one.path("name").stringValue()).isEqualTo("Example");
        assertThat(one.path("issuer").stringValue()).isEqualTo(PROVIDER.issuer());
        assertThat(one.path("sign_in_url").stringValue()).isEqualTo(PUBLIC_URL + "/signin/oidc");
        assertThat(one.path("sign_up").booleanValue()).isTrue();
        assertThat(visitor().open("/signin").body()).contains("Continue with Example", "name=\"password\"");
        assertThat(visitor().open("/signup").body()).contains("Continue with Example");
    }

    @Test
    void somebodyNewSignsUpAndComesBackByTheProvider() {
        Somebody ada = PROVIDER.somebody(Api.email(), true);
        Visitor first = visitor();
        Page form = comesBack(first, ada, "/signin/oidc");
        assertThat(form.at().getPath()).isEqualTo("/signup/oidc");
        assertThat(form.body()).contains(ada.email(), "Ada Lovelace");
        assertThat(first.cookie("berth")).as("a session before the sign-up").isNull();
        assertThat(first.submit("/signup/oidc", Map.of("name", "")).status()).isEqualTo(422);
        Page welcome = first.submit("/signup/oidc", Map.of("name", "Analytical Engines", "currency", "EUR"));
        assertThat(welcome.body()).contains("berth_sk_");
        assertThat(first.cookie("berth-login")).as("the way's cookie").isNull();

        Visitor again = visitor();
        Page page = comesBack(again, ada, "/signin/oidc?next=/invoices");
        assertThat(page.at().getPath()).isEqualTo("/invoices");
        assertThat(page.status()).isEqualTo(200);
        Api session = asApi(again);
        JsonNode account = session.get("/v1/account").expect(200).json();
        assertThat(account.path("name").stringValue()).isEqualTo("Analytical Engines");
        assertThat(account.path("currency").stringValue()).isEqualTo("EUR");
        JsonNode login =
                session.get("/v1/logins").expect(200).json().path("data").path(0);
        assertThat(login.path("subject").stringValue()).isEqualTo(ada.subject());
        assertThat(login.path("issuer").stringValue()).isEqualTo(PROVIDER.issuer());
        assertThat(login.path("last_used_at").isString()).isTrue();
        JsonNode entry = session.get("/v1/audit_log?action=POST%20/v1/session")
                .expect(200)
                .json()
                .path("data")
                .path(0);
        assertThat(entry.path("subject").stringValue())
                .isEqualTo(login.path("id").stringValue());
        assertThat(entry.path("result").stringValue()).isEqualTo("done");
    }

    /** Nobody's word on the address is taken: a mail asks, as after a sign-up with a password. */
    @Test
    void anAddressThatTheProviderCallsVerifiedIsStillToBeProven() {
        Somebody ada = PROVIDER.somebody(Api.email(), true);
        signedUp(ada);
        assertThat(people().link(ada.email(), "verification")).isNotEmpty();
    }

    @Test
    void asksTheProviderForTheAddressWhereTheTokenDoesNotTell() {
        Somebody ada = PROVIDER.quiet(Api.email());
        Page form = comesBack(visitor(), ada, "/signin/oidc");
        assertThat(form.at().getPath()).isEqualTo("/signup/oidc");
        assertThat(form.body()).contains(ada.email());
    }

    @Test
    void somebodyIsFoundByTheSubjectWhateverTheAddressIsNow() {
        Somebody ada = PROVIDER.somebody(Api.email(), true);
        signedUp(ada);
        PROVIDER.add(new Somebody(ada.subject(), Api.email(), true, false));
        assertThat(comesBack(visitor(), ada, "/signin/oidc").at().getPath()).isEqualTo("/overview");
    }

    @Test
    void nobodyComesInWithAnotherState() {
        Somebody ada = PROVIDER.somebody(Api.email(), true);
        signedUp(ada);
        Visitor visitor = visitor();
        String right = callback(visitor, ada);
        notIn(visitor.open(right.replaceAll("state=[^&]*", "state=" + "A".repeat(43))), visitor);
        notIn(visitor.open(right.replaceAll("state=[^&]*", "x=y")), visitor);
        Visitor other = visitor();
        notIn(other.open(right), other);
        other.open("/signin/oidc", to -> to.startsWith(PROVIDER.issuer()));
        notIn(other.open(right), other);
        assertThat(visitor.open(right).at().getPath()).as("who began it").isEqualTo("/overview");
    }

    @Test
    void aWayLeadsBackOnce() {
        Somebody ada = PROVIDER.somebody(Api.email(), true);
        signedUp(ada);
        Visitor visitor = visitor();
        String right = callback(visitor, ada);
        String held = Objects.requireNonNull(visitor.cookie("berth-login"));
        assertThat(visitor.open(right).at().getPath()).isEqualTo("/overview");
        Api.Reply again = api().with("Cookie", "berth-login=" + held)
                .with("Accept", "text/html")
                .get(right.substring(PUBLIC_URL.length()));
        assertThat(again.status()).isEqualTo(401);
        assertThat(again.header("Set-Cookie")).isNull();
    }

    @Test
    void aCodeOfAnotherWayDoesNotCount() {
        Somebody ada = PROVIDER.somebody(Api.email(), true);
        signedUp(ada);
        String stolen = code(callback(visitor(), ada));
        Visitor thief = visitor();
        String own = callback(thief, PROVIDER.somebody(Api.email(), true));
        Page page = thief.open(own.replace(code(own), stolen));
        notIn(page, thief);
        assertThat(page.body()).contains("invalid_grant");
    }

    private static String code(String callback) {
        return callback.replaceAll(".*[?&]code=([^&]*).*", "$1");
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void nobodyComesInWithATokenThatDoesNotHold(Fault fault) {
        Somebody ada = PROVIDER.somebody(Api.email(), true);
        signedUp(ada);
        PROVIDER.fault(fault);
        Visitor visitor = visitor();
        Page page = comesBack(visitor, ada, "/signin/oidc");
        notIn(page, visitor);
        assertThat(page.body()).contains("Its ID token was refused");
        PROVIDER.fault(Fault.NONE);
        assertThat(comesBack(visitor(), ada, "/signin/oidc").at().getPath()).isEqualTo("/overview");
    }

    @Test
    void theProviderMayChangeItsKeys() {
        Somebody ada = PROVIDER.somebody(Api.email(), true);
        signedUp(ada);
        PROVIDER.rotateKeys();
        assertThat(comesBack(visitor(), ada, "/signin/oidc").at().getPath()).isEqualTo("/overview");
    }

    @Test
    void theSameAddressIsNotEnoughButALinkIs() {
        People.Person ada = people().owner();
        Somebody there = PROVIDER.somebody(ada.email(), true);
        Visitor visitor = visitor();
        Page refused = comesBack(visitor, there, "/signin/oidc");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body()).contains("has not linked it", "link the login on the page Security");
        assertThat(visitor.cookie("berth")).isNull();

        visitor.submit("/signin", Map.of("email", ada.email(), "password", People.PASSWORD));
        link(visitor);
        Page security = visitor.open("/security");
        assertThat(security.body()).contains(ada.email(), PROVIDER.issuer(), "Unlink");
        assertThat(comesBack(visitor(), there, "/signin/oidc").at().getPath()).isEqualTo("/overview");
        Api session = asApi(visitor);
        assertThat(session.get("/v1/audit_log?action=POST%20/v1/logins")
                        .json()
                        .path("data")
                        .size())
                .isEqualTo(1);

        String id = session.get("/v1/logins").text("data.0.id");
        visitor.submit("/security/unlink", Map.of("login", id, "_csrf", Visitor.token(security.body())));
        assertThat(session.get("/v1/logins").json().path("data").isEmpty()).isTrue();
        assertThat(comesBack(visitor(), there, "/signin/oidc").status()).isEqualTo(403);
    }

    /** From the security page by its button and the link after it; the provider knows its own session. */
    private static Page link(Visitor visitor) {
        String token = Visitor.token(visitor.open("/security").body());
        Page leave = visitor.submit("/security/link", Map.of("_csrf", token));
        assertThat(leave.status()).as(leave.body()).isEqualTo(200);
        return visitor.open(away(leave));
    }

    private static String away(Page leave) {
        return leave.body()
                .replaceAll("(?s).*href=\"(" + PROVIDER.issuer() + "/oauth2/authorize[^\"]*)\".*", "$1")
                .replace("&amp;", "&");
    }

    @Test
    void aLoginIsOnePersonsOnly() {
        Somebody theirs = PROVIDER.somebody(Api.email(), true);
        signedUp(theirs);
        People.Person ada = people().owner();
        Visitor visitor = visitor();
        visitor.submit("/signin", Map.of("email", ada.email(), "password", People.PASSWORD));
        visitor.signInAt(PROVIDER, theirs, _ -> true);
        Page page = link(visitor);
        assertThat(page.status()).isEqualTo(409);
        assertThat(page.body()).contains("Somebody else has linked this login");
        assertThat(asApi(visitor).get("/v1/logins").json().path("data").isEmpty())
                .isTrue();
    }

    /** Who gets somebody's browser to end a way that another began links nothing. */
    @Test
    void onlyWhoBeganLinks() {
        People.Person mallory = people().owner();
        Somebody theirs = PROVIDER.somebody(Api.email(), true);
        Visitor browser = visitor();
        browser.submit("/signin", Map.of("email", mallory.email(), "password", People.PASSWORD));
        String token = Visitor.token(browser.open("/security").body());
        Page leave = browser.submit("/security/link", Map.of("_csrf", token));
        browser.submit("/signout", Map.of("_csrf", token));
        People.Person ada = people().owner();
        browser.submit("/signin", Map.of("email", ada.email(), "password", People.PASSWORD));
        browser.open(away(leave));
        Page page = browser.signInAt(PROVIDER, theirs, _ -> false);
        assertThat(page.status()).as(page.body()).isEqualTo(401);
        assertThat(ada.browser().get("/v1/logins").json().path("data").isEmpty())
                .isTrue();
        assertThat(mallory.browser().get("/v1/logins").json().path("data").isEmpty())
                .isTrue();
        assertThat(browser.submit("/security/link", Map.of("_csrf", "wrong")).status())
                .as("another site's form")
                .isEqualTo(403);
    }

    @Test
    void theLastWayInIsNotUnlinked() {
        Somebody ada = PROVIDER.somebody(Api.email(), true);
        Api session = asApi(signedUp(ada));
        String path = "/v1/logins/" + session.get("/v1/logins").text("data.0.id");
        Api.Reply refused = session.delete(path).expect(409);
        assertThat(refused.text("detail")).contains("last way in");
        api().post(
                        "/v1/session",
                        "{\"email\": \"%s\", \"password\": \"nobody has this password\"}".formatted(ada.email()))
                .expect(401);

        api().post("/v1/password_reset", "{\"email\": \"%s\"}".formatted(ada.email()))
                .expect(202);
        String token = await().ignoreExceptionsInstanceOf(AssertionError.class)
                .until(() -> people().link(ada.email(), "password_reset"), link -> !link.isEmpty());
        api().post("/v1/password_reset/" + token, "{\"password\": \"%s\"}".formatted(People.PASSWORD))
                .expect(204);
        Api now = people().signIn(ada.email()).browser();
        now.delete(path).expect(204);
        assertThat(comesBack(visitor(), ada, "/signin/oidc").status()).isEqualTo(403);
    }

    @Test
    void aKeyUnlinksNothing() {
        Visitor visitor = signedUp(PROVIDER.somebody(Api.email(), true));
        Api session = asApi(visitor);
        String key =
                session.post("/v1/api_keys", "{\"name\": \"k\"}").expect(201).text("secret");
        String id = session.get("/v1/logins").text("data.0.id");
        assertThat(api().key(key).delete("/v1/logins/" + id).expect(409).text("detail"))
                .contains("a person's, not a key's");
    }

    @Test
    void theSecondFactorIsAskedForAllTheSame() {
        Somebody ada = PROVIDER.somebody(Api.email(), true);
        Visitor first = signedUp(ada);
        Api session = asApi(first);
        String secret = session.post("/v1/second_factor").expect(201).text("secret");
        JsonNode codes = session.post(
                        "/v1/second_factor/confirm", "{\"code\": \"%s\"}".formatted(Authenticator.code(secret)))
                .expect(200)
                .json()
                .path("recovery_codes");

        Visitor visitor = visitor();
        Page asks = comesBack(visitor, ada, "/signin/oidc?next=/usage");
        assertThat(asks.at().getPath()).isEqualTo("/signin/oidc/code");
        assertThat(visitor.cookie("berth")).as("a session before the code").isNull();
        Page wrong = visitor.submit("/signin/oidc/code", Map.of("code", "000000"));
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(visitor.cookie("berth")).isNull();
        Page in =
                visitor.submit("/signin/oidc/code", Map.of("code", codes.path(0).stringValue()));
        assertThat(in.at().getPath()).isEqualTo("/usage");
        await().until(() ->
                session.get("/v1/audit_log?action=POST%20/v1/session").body().contains("wrong_second_factor"));
        Page late = visitor()
                .submit("/signin/oidc/code", Map.of("code", codes.path(1).stringValue()));
        assertThat(late.status()).as("without the way's cookie").isEqualTo(401);
    }

    @Test
    void aProviderThatIsDownIsSaidAndPasswordsStillWork() {
        People.Person ada = people().owner();
        Somebody there = PROVIDER.somebody(Api.email(), true);
        signedUp(there);
        Visitor visitor = visitor();
        String right = callback(visitor, there);
        PROVIDER.stop();
        try {
            Page page = visitor.open(right);
            assertThat(page.status()).isEqualTo(503);
            assertThat(page.body()).contains("The sign-in provider does not answer", "Try again in a minute");
            assertThat(page.body()).contains("name=\"password\"");
            assertThat(visitor.submit("/signin", Map.of("email", ada.email(), "password", People.PASSWORD))
                            .at()
                            .getPath())
                    .isEqualTo("/overview");
        } finally {
            PROVIDER.startAgain();
        }
        assertThat(comesBack(visitor(), there, "/signin/oidc").at().getPath()).isEqualTo("/overview");
    }

    @Test
    void whoDoesNotAgreeAtTheProviderIsToldSo() {
        Visitor visitor = visitor();
        Page away = visitor.open("/signin/oidc", to -> to.startsWith(PROVIDER.issuer()));
        String state = Objects.requireNonNull(away.location()).replaceAll(".*[?&]state=([^&]*).*", "$1");
        Page page = visitor.open(CALLBACK + "?error=access_denied&state=" + state);
        notIn(page, visitor);
        assertThat(page.body()).contains("it was not allowed");
        Visitor other = visitor();
        String another = Objects.requireNonNull(other.open("/signin/oidc", to -> to.startsWith(PROVIDER.issuer()))
                        .location())
                .replaceAll(".*[?&]state=([^&]*).*", "$1");
        Page escaped = other.open(CALLBACK + "?error=%3Cscript%3Ealert(1)%3C/script%3E&state=" + another);
        notIn(escaped, other);
        assertThat(escaped.body()).doesNotContain("<script>alert");
        Visitor third = visitor();
        String elsewhere = Objects.requireNonNull(third.open("/signin/oidc", to -> to.startsWith(PROVIDER.issuer()))
                        .location())
                .replaceAll(".*[?&]state=([^&]*).*", "$1");
        notIn(third.open(CALLBACK + "?code=x&iss=https%3A%2F%2Felsewhere.example.com&state=" + elsewhere), third);
    }

    @Test
    void noReturnPathLeadsElsewhere() {
        Somebody ada = PROVIDER.somebody(Api.email(), true);
        signedUp(ada);
        for (String next : new String[] {
            "https://elsewhere.example.com/",
            "//elsewhere.example.com",
            "/%5Celsewhere.example.com",
            "/v1/account",
            "javascript:1"
        }) {
            Page page = comesBack(visitor(), ada, "/signin/oidc?next=" + next);
            assertThat(page.at().toString()).as(next).isEqualTo(PUBLIC_URL + "/overview");
        }
        assertThat(superuser()
                        .fetchCount(
                                org.jooq.impl.DSL.table("gateway.login_flow"),
                                org.jooq.impl.DSL.condition("next_path !~ '^/[a-z]'")))
                .isZero();
    }
}
