package dev.berth.gateway.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import dev.berth.schema.id.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class MemberTest extends GatewayTest {
    private static final String MEMBERS = "/v1/account/members/";

    private People people() {
        return new People(api(), api().key(OPERATOR));
    }

    private static Api.Reply role(People.Person by, People.Person of, String role) {
        return by.browser().patch(MEMBERS + of.user(), "{\"role\": \"%s\"}".formatted(role));
    }

    @Test
    void listsWhoIsInTheAccountAndAsWhat() {
        People people = people();
        People.Person owner = people.owner();
        People.Person viewer = people.joined(owner, "viewer");
        Api.Reply list = viewer.browser().get("/v1/account/members").expect(200);
        assertThat(list.json().path("data").size()).isEqualTo(2);
        assertThat(list.text("data.0.email")).isEqualTo(owner.email());
        assertThat(list.text("data.0.role")).isEqualTo("owner");
        assertThat(list.text("data.0.email_verified")).isEqualTo("false");
        assertThat(list.text("data.1.user")).isEqualTo(viewer.user());
        assertThat(list.text("data.1.email_verified")).isEqualTo("true");
        Api.Reply page = viewer.browser().get("/v1/account/members?limit=1").expect(200);
        assertThat(viewer.browser()
                        .get("/v1/account/members?limit=1&cursor=" + page.text("next_cursor"))
                        .expect(200)
                        .text("data.0.user"))
                .isEqualTo(viewer.user());
    }

    @Test
    void letsAMemberDoWhatTheRoleAllowsAndNoMoreFromTheNextRequestOn() {
        People people = people();
        People.Person owner = people.owner();
        People.Person admin = people.joined(owner, "admin");
        String key = admin.browser()
                .post("/v1/api_keys", "{\"name\": \"ci\"}")
                .expect(201)
                .text("secret");
        api().key(key).patch("/v1/account", "{\"name\": \"Grace\"}").expect(200);
        role(owner, admin, "viewer").expect(200);
        assertThat(api().key(key)
                        .patch("/v1/account", "{\"name\": \"Ada\"}")
                        .expect(403)
                        .text("scope"))
                .isEqualTo("account:write");
        admin.browser().patch("/v1/account", "{\"name\": \"Ada\"}").expect(403);
        admin.browser().get("/v1/account").expect(200);
        admin.browser().get("/v1/audit_log").expect(403);
    }

    @Test
    void letsNobodyGiveMoreThanTheyHaveOrChangeWhoStandsAboveThem() {
        People people = people();
        People.Person owner = people.owner();
        People.Person admin = people.joined(owner, "admin");
        People.Person developer = people.joined(admin, "developer");
        role(admin, developer, "owner").expect(403);
        role(admin, admin, "owner").expect(403);
        role(admin, owner, "viewer").expect(403);
        admin.browser().delete(MEMBERS + owner.user()).expect(403);
        role(developer, developer, "admin").expect(403);
        developer.browser().delete(MEMBERS + admin.user()).expect(403);
        people.invite(admin, Api.email(), "owner").expect(403);
        people.invite(developer, Api.email(), "viewer").expect(403);
        role(admin, developer, "admin").expect(200);
        role(owner, developer, "chief").expect(422);
        role(owner, developer, "owner").expect(200);
    }

    /** Else a key for nothing but members would be a key for everything. */
    @Test
    void letsAKeyGiveNoRoleThatMayMoreThanTheKey() {
        People people = people();
        People.Person owner = people.owner();
        Api key = api().key(owner.browser()
                .post("/v1/api_keys", "{\"name\": \"hr\", \"scopes\": [\"members:write\", \"account:read\"]}")
                .expect(201)
                .text("secret"));
        String invitation = "{\"email\": \"%s\", \"role\": \"%s\"}";
        key.post("/v1/account/invitations", invitation.formatted(Api.email(), "admin"))
                .expect(403);
        key.post("/v1/account/invitations", invitation.formatted(Api.email(), "viewer"))
                .expect(403);
        Api whole = api().key(owner.browser()
                .post("/v1/api_keys", "{\"name\": \"all\"}")
                .expect(201)
                .text("secret"));
        whole.post("/v1/account/invitations", invitation.formatted(Api.email(), "admin"))
                .expect(201);
    }

    @Test
    void endsSessionsAndKeysOfWhoIsRemovedAtOnce() {
        People people = people();
        People.Person owner = people.owner();
        People.Person gone = people.joined(owner, "admin");
        String key = gone.browser()
                .post("/v1/api_keys", "{\"name\": \"ci\"}")
                .expect(201)
                .text("secret");
        String invited = Api.email();
        people.invite(gone, invited, "admin").expect(201);
        owner.browser().delete(MEMBERS + gone.user()).expect(204);
        gone.browser().get("/v1/account").expect(401);
        api().key(key).get("/v1/account").expect(401);
        people.accept(people.link(invited, "invitation"), People.PASSWORD).expect(404);
        people.invite(owner, gone.email(), "viewer").expect(201);
        People.Person back = people.person(
                gone.email(),
                people.accept(people.link(gone.email(), "invitation"), People.PASSWORD)
                        .expect(201));
        back.browser().get("/v1/account").expect(200);
        api().key(key).get("/v1/account").expect(401);
    }

    @Test
    void letsEverybodyLeaveButTheLastOwner() {
        People people = people();
        People.Person owner = people.owner();
        People.Person viewer = people.joined(owner, "viewer");
        viewer.browser().delete(MEMBERS + viewer.user()).expect(204);
        viewer.browser().get("/v1/account").expect(401);
        assertThat(api().post("/v1/session", """
                        {"email": "%s", "password": "%s"}""".formatted(viewer.email(), People.PASSWORD))
                        .expect(403)
                        .text("code"))
                .isEqualTo("no_membership");
        assertThat(owner.browser().delete(MEMBERS + owner.user()).expect(409).text("detail"))
                .contains("no owner");
        role(owner, owner, "admin").expect(409);
        People.Person second = people.joined(owner, "owner");
        role(owner, owner, "admin").expect(200);
        assertThat(owner.browser().get("/v1/account").expect(200).text("id")).isEqualTo(second.account());
        second.browser().delete(MEMBERS + second.user()).expect(409);
    }

    @Test
    void keepsAnOwnerAlsoWhenTwoLeaveAtOnce() throws Exception {
        People people = people();
        for (int i = 0; i < 5; i++) {
            People.Person one = people.owner();
            People.Person two = people.joined(one, "owner");
            List<Integer> statuses = new ArrayList<>();
            try (ExecutorService both = Executors.newFixedThreadPool(2)) {
                List<Callable<Integer>> leave = List.of(
                        () -> one.browser().delete(MEMBERS + one.user()).status(),
                        () -> two.browser().delete(MEMBERS + two.user()).status());
                for (Future<Integer> left : both.invokeAll(leave)) {
                    statuses.add(left.get());
                }
            }
            assertThat(statuses).containsExactlyInAnyOrder(204, 409);
        }
    }

    @Test
    void hidesMembersOfOtherAccountsAsIfTheyWereNotThere() {
        People people = people();
        People.Person owner = people.owner();
        People.Person stranger = people.owner();
        String unknown = UserId.next().toString();
        for (String verb : List.of("PATCH", "DELETE")) {
            String body = verb.equals("PATCH") ? "{\"role\": \"viewer\"}" : null;
            Api.Reply foreign =
                    stranger.browser().send(verb, MEMBERS + owner.user(), body).expect(404);
            Api.Reply missing =
                    stranger.browser().send(verb, MEMBERS + unknown, body).expect(404);
            assertThat(foreign.body().replace(foreign.text("request_id"), "").replace(owner.user(), "?"))
                    .isEqualTo(missing.body()
                            .replace(missing.text("request_id"), "")
                            .replace(unknown, "?"));
            stranger.browser().send(verb, MEMBERS + "nonsense", body).expect(404);
        }
        assertThat(stranger.browser()
                        .get("/v1/account/members")
                        .json()
                        .path("data")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void showsTheOperatorAnAccountWithTwoOwnersOnce() {
        People people = people();
        People.Person owner = people.owner();
        people.joined(owner, "owner");
        Api operator = api().key(OPERATOR);
        assertThat(operator.get("/operator/v1/accounts/" + owner.account())
                        .expect(200)
                        .text("email"))
                .isEqualTo(owner.email());
        assertThat(operator.get("/operator/v1/accounts?email=" + owner.email())
                        .json()
                        .path("data")
                        .size())
                .isEqualTo(1);
    }
}
