package dev.berth.gateway;

import java.util.Objects;
import tools.jackson.databind.JsonNode;

/** People of tests: they sign up, invite each other and read their mails. */
public final class People {
    /** The password of all of them. */
    public static final String PASSWORD = "correct horse";

    /** Somebody signed in: their ids, and the caller with the cookie and the token of the session. */
    public record Person(String email, String user, String account, Api browser) {}

    private final Api api;
    private final Api operator;

    /** By a nobody and the operator. */
    public People(Api api, Api operator) {
        this.api = api;
        this.operator = operator;
    }

    /** Somebody who has just signed up, and signed in. */
    public Person owner() {
        Api.Reply signup = api.signup();
        return signIn(signup.text("user.email"));
    }

    /** Somebody with an account, signed in. */
    public Person signIn(String email) {
        return person(
                email, api.post("/v1/session", """
                        {"email": "%s", "password": "%s"}""".formatted(email, PASSWORD)).expect(201));
    }

    /** Who a session that was answered is of. */
    public Person person(String email, Api.Reply session) {
        String cookie = Objects.requireNonNull(session.header("Set-Cookie"));
        Api browser = api.with("Cookie", cookie.substring(0, cookie.indexOf(';')))
                .with("X-CSRF-Token", session.text("csrf_token"));
        return new Person(email, session.text("user"), session.text("account"), browser);
    }

    /** Somebody new who was invited into an account, and accepted. */
    public Person joined(Person inviter, String role) {
        String email = Api.email();
        invite(inviter, email, role).expect(201);
        return person(email, accept(link(email, "invitation"), PASSWORD).expect(201));
    }

    public Api.Reply invite(Person inviter, String email, String role) {
        return inviter.browser().post("/v1/account/invitations", """
                {"email": "%s", "role": "%s"}""".formatted(email, role));
    }

    public Api.Reply accept(String token, String password) {
        return api.post("/v1/invitations/" + token + "/accept", "{\"password\": \"%s\"}".formatted(password));
    }

    /** The token of the link in the last mail of a kind to an address. */
    public String link(String email, String kind) {
        for (JsonNode mail :
                operator.get("/operator/v1/mails?limit=200").expect(200).json().path("data")) {
            if (mail.path("recipient").asString().equals(email)
                    && mail.path("kind").asString().equals(kind)) {
                String line = mail.path("body")
                        .asString()
                        .lines()
                        .filter(one -> one.startsWith("http"))
                        .findFirst()
                        .orElseThrow();
                return line.substring(line.lastIndexOf('/') + 1);
            }
        }
        throw new AssertionError("no %s was sent to %s".formatted(kind, email));
    }
}
