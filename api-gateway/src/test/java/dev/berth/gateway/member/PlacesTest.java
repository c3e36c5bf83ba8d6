package dev.berth.gateway.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.People;
import dev.berth.schema.id.AccountId;
import org.junit.jupiter.api.Test;

class PlacesTest extends GatewayTest {
    private People people() {
        return new People(api(), api().key(OPERATOR));
    }

    @Test
    void opensAFurtherAccountAndChangesOverToIt() {
        People people = people();
        People.Person ada = people.owner();
        Api.Reply made = ada.browser()
                .post("/v1/accounts", "{\"name\": \"Second\", \"currency\": \"EUR\"}")
                .expect(201);
        String second = made.text("account.id");
        assertThat(made.text("account.currency")).isEqualTo("EUR");
        assertThat(made.text("user.id")).isEqualTo(ada.user());
        api().key(made.text("api_key.secret")).get("/v1/quota").expect(200);
        assertThat(payloads(second)).anyMatch(event -> event.contains(ada.email()));
        People.Person there = people.person(
                ada.email(),
                ada.browser()
                        .post("/v1/session/account", "{\"account\": \"%s\"}".formatted(second))
                        .expect(201));
        assertThat(there.account()).isEqualTo(second);
        assertThat(there.browser().get("/v1/account").expect(200).text("name")).isEqualTo("Second");
        ada.browser().get("/v1/account").expect(401);
        Api.Reply list = there.browser().get("/v1/accounts").expect(200);
        assertThat(list.text("data.0.id")).isEqualTo(ada.account());
        assertThat(list.text("data.0.current")).isEqualTo("false");
        assertThat(list.text("data.1.current")).isEqualTo("true");
        assertThat(there.browser().get("/v1/audit_log").json().toString())
                .contains("POST /v1/accounts", "POST /v1/session/account");
    }

    @Test
    void leadsIntoNoAccountOfOthers() {
        People people = people();
        People.Person ada = people.owner();
        People.Person grace = people.owner();
        for (String one : new String[] {grace.account(), AccountId.next().toString(), "nonsense", ""}) {
            ada.browser()
                    .post("/v1/session/account", "{\"account\": \"%s\"}".formatted(one))
                    .expect(404);
        }
        ada.browser().get("/v1/account").expect(200);
    }

    @Test
    void showsAKeyOnlyItsOwnAccountAndLetsItOpenNone() {
        People people = people();
        People.Person ada = people.owner();
        ada.browser().post("/v1/accounts", "{\"name\": \"Second\"}").expect(201);
        Api key = api().key(ada.browser()
                .post("/v1/api_keys", "{\"name\": \"ci\"}")
                .expect(201)
                .text("secret"));
        assertThat(key.get("/v1/accounts").json().path("data").size()).isEqualTo(1);
        key.post("/v1/accounts", "{\"name\": \"Third\"}").expect(409);
        key.post("/v1/session/account", "{\"account\": \"%s\"}".formatted(ada.account()))
                .expect(409);
        ada.browser().post("/v1/accounts", "{}").expect(422);
        ada.browser()
                .post("/v1/accounts", "{\"name\": \"Third\", \"currency\": \"XXX\"}")
                .expect(422);
    }
}
