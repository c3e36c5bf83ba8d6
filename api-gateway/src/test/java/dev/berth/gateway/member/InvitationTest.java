package dev.berth.gateway.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import dev.berth.schema.id.InvitationId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

class InvitationTest extends GatewayTest {
    private static final String INVITATIONS = "/v1/account/invitations";

    private People people() {
        return new People(api(), api().key(OPERATOR));
    }

    @Test
    void makesANewPersonWhoseAddressIsProven() {
        People people = people();
        People.Person owner = people.owner();
        String email = Api.email();
        Api.Reply made = people.invite(owner, email, "developer").expect(201);
        assertThat(made.text("state")).isEqualTo("open");
        assertThat(made.body()).doesNotContain("token");
        String token = people.link(email, "invitation");
        people.accept(token, "short").expect(422);
        People.Person joined =
                people.person(email, people.accept(token, People.PASSWORD).expect(201));
        assertThat(joined.account()).isEqualTo(owner.account());
        joined.browser().get("/v1/workloads").expect(200);
        joined.browser().get("/v1/audit_log").expect(403);
        assertThat(owner.browser().get(INVITATIONS).json().path("data").size()).isZero();
        people.accept(token, People.PASSWORD).expect(404);
        assertThat(people.signIn(email).account()).isEqualTo(owner.account());
        assertThat(owner.browser()
                        .get("/v1/audit_log?action=POST /v1/invitations".replace(" ", "%20"))
                        .text("data.0.actor"))
                .isEqualTo(joined.user());
    }

    @Test
    void letsInWhoHasAnAccountWithTheirPasswordOrTheirSession() {
        People people = people();
        People.Person owner = people.owner();
        People.Person guest = people.owner();
        people.invite(owner, guest.email().toUpperCase(java.util.Locale.ROOT), "viewer")
                .expect(201);
        String token = people.link(guest.email().toUpperCase(java.util.Locale.ROOT), "invitation");
        people.accept(token, "wrong horse").expect(401);
        owner.browser()
                .post("/v1/invitations/" + token + "/accept", "{\"password\": \"wrong horse\"}")
                .expect(401);
        People.Person in = people.person(
                guest.email(),
                guest.browser()
                        .post("/v1/invitations/" + token + "/accept", "{}")
                        .expect(201));
        assertThat(in.user()).isEqualTo(guest.user());
        assertThat(in.account()).isEqualTo(owner.account());
        Api.Reply accounts = in.browser().get("/v1/accounts").expect(200);
        assertThat(accounts.json().path("data").size()).isEqualTo(2);
    }

    @Test
    void answersTheSameForAnAddressThatHasAnAccount() {
        People people = people();
        People.Person owner = people.owner();
        String known = people.owner().email();
        String unknown = Api.email();
        Api.Reply one = people.invite(owner, known, "viewer").expect(201);
        Api.Reply two = people.invite(owner, unknown, "viewer").expect(201);
        assertThat(one.json().propertyNames()).isEqualTo(two.json().propertyNames());
        assertThat(masked(one, known)).isEqualTo(masked(two, unknown));
    }

    private static String masked(Api.Reply reply, String email) {
        return reply.body()
                .replace(email, "?")
                .replace(reply.text("id"), "?")
                .replace(reply.text("created_at"), "?")
                .replace(reply.text("expires_at"), "?");
    }

    @Test
    void leadsNowhereOnceItWasRevokedSentAgainOrIsTooOld() {
        People people = people();
        People.Person owner = people.owner();
        String email = Api.email();
        String id = people.invite(owner, email, "viewer").expect(201).text("id");
        String first = people.link(email, "invitation");
        owner.browser().post(INVITATIONS + "/" + id + "/resend").expect(200);
        String second = people.link(email, "invitation");
        assertThat(second).isNotEqualTo(first);
        people.accept(first, People.PASSWORD).expect(404);
        superuser()
                .execute(
                        "update gateway.invitation set expires_at = now() where invitation_id = {0}",
                        DSL.val(InvitationId.parse(id).uuid()));
        people.accept(second, People.PASSWORD).expect(404);
        assertThat(owner.browser().get(INVITATIONS).text("data.0.state")).isEqualTo("expired");
        owner.browser().post(INVITATIONS + "/" + id + "/resend").expect(200);
        String third = people.link(email, "invitation");
        owner.browser().delete(INVITATIONS + "/" + id).expect(204);
        owner.browser().delete(INVITATIONS + "/" + id).expect(404);
        people.accept(third, People.PASSWORD).expect(404);
        people.accept("nonsense", People.PASSWORD).expect(404);
    }

    @Test
    void keepsOnlyAHashOfItsToken() {
        People people = people();
        People.Person owner = people.owner();
        String email = Api.email();
        people.invite(owner, email, "viewer").expect(201);
        String token = people.link(email, "invitation");
        assertThat(token).hasSize(43);
        people.accept(token, People.PASSWORD).expect(201);
        for (String table : List.of("invitation", "audit_entry", "idempotency", "operation", "outbox")) {
            assertThat(superuser().fetch("select * from gateway." + table).formatJSON())
                    .doesNotContain(token);
        }
    }

    @Test
    void isAcceptedOnceByWhoeverComesFirst() throws Exception {
        People people = people();
        People.Person owner = people.owner();
        String email = Api.email();
        people.invite(owner, email, "viewer").expect(201);
        String token = people.link(email, "invitation");
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService many = Executors.newFixedThreadPool(4)) {
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                calls.add(() -> people.accept(token, People.PASSWORD).status());
            }
            for (Future<Integer> call : many.invokeAll(calls)) {
                statuses.add(call.get());
            }
        }
        assertThat(statuses)
                .containsOnlyOnce(201)
                .allMatch(status -> List.of(201, 404, 409, 429).contains(status));
        assertThat(owner.browser()
                        .get("/v1/account/members")
                        .json()
                        .path("data")
                        .size())
                .isEqualTo(2);
    }

    @Test
    void refusesMembersWhoIsInvitedWrongAddressesAndTooMany() {
        People people = people();
        People.Person owner = people.owner();
        String email = Api.email();
        people.invite(owner, email, "viewer").expect(201);
        people.invite(owner, email, "viewer").expect(409);
        people.invite(owner, owner.email(), "viewer").expect(409);
        people.invite(owner, "nobody", "viewer").expect(422);
        people.invite(owner, Api.email(), "chief").expect(422);
        for (int i = 1; i < Invitations.MAX_OPEN; i++) {
            people.invite(owner, Api.email(), "viewer").expect(201);
        }
        assertThat(people.invite(owner, Api.email(), "viewer").expect(409).text("limit"))
                .isEqualTo("50");
        String id = owner.browser().get(INVITATIONS + "?limit=1").text("data.0.id");
        for (int i = 0; i < 4; i++) {
            owner.browser().post(INVITATIONS + "/" + id + "/resend").expect(200);
        }
        Api.Reply slowed =
                owner.browser().post(INVITATIONS + "/" + id + "/resend").expect(429);
        assertThat(Integer.parseInt(Objects.requireNonNull(slowed.header("Retry-After"))))
                .isPositive();
    }

    @Test
    void hidesInvitationsOfOtherAccounts() {
        People people = people();
        People.Person owner = people.owner();
        People.Person stranger = people.owner();
        String id = people.invite(owner, Api.email(), "viewer").expect(201).text("id");
        String unknown = InvitationId.next().toString();
        for (String one : List.of(id, unknown, "nonsense")) {
            stranger.browser().delete(INVITATIONS + "/" + one).expect(404);
            stranger.browser().post(INVITATIONS + "/" + one + "/resend").expect(404);
        }
        assertThat(stranger.browser().get(INVITATIONS).json().path("data").size())
                .isZero();
    }
}
