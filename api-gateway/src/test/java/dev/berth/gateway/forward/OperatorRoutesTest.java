package dev.berth.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.StandIns;
import dev.berth.schema.id.AccountId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperatorRoutesTest extends GatewayTest {
    private Api operator;

    @BeforeEach
    void operator() {
        operator = api().key(OPERATOR);
    }

    @Test
    void anAccountThatThereIsNotIsNotFoundAndNobodyIsAskedForIt() {
        String none = AccountId.next().toString();
        String body = "{\"account\": \"%s\"}".formatted(none);
        String standing = "{\"standing\": \"closed\", \"reason\": \"asked\"}";
        List<Api.Reply> replies = List.of(
                operator.get("/operator/v1/invoices?account=" + none),
                operator.get("/operator/v1/audit?account=" + none),
                operator.post("/operator/v1/billing/close", body),
                operator.post("/operator/v1/billing/dunning/run", body),
                operator.post("/operator/v1/accounts/%s/standing".formatted(none), standing));
        assertThat(replies)
                .allSatisfy(reply -> assertThat(reply.expect(404).text("code")).isEqualTo("not_found"));
        assertThat(StandIns.shared().calls())
                .noneMatch(call -> call.path().contains(none)
                        || call.body().contains(none)
                        || call.query().containsValue(none));
    }

    @Test
    void anAccountIsClosedByHandAndNeverMadePastDueByHand() {
        String account = api().signup().text("account.id");
        String path = "/operator/v1/accounts/%s/standing".formatted(account);
        operator.post(path, "{\"standing\": \"closed\", \"reason\": \"asked\"}").expect(200);
        assertThat(StandIns.shared().callsTo("/internal/v1/operator/accounts/" + account))
                .singleElement()
                .satisfies(call -> assertThat(call.body()).contains("closed"));
        assertThat(operator.post(path, "{\"standing\": \"past_due\", \"reason\": \"asked\"}")
                        .expect(422)
                        .text("errors.0.message"))
                .contains("good, suspended, closed");
    }

    @Test
    void onlyTheOperatorLetsAHostGoAndOnlyOneThatCanBeAHost() {
        operator.post("/operator/v1/hosts/host-1/retire", "{}").expect(202);
        operator.post("/operator/v1/hosts/_none/retire", "{}").expect(404);
        api().signedUp().post("/operator/v1/hosts/host-1/retire", "{}").expect(403);
        api().post("/operator/v1/hosts/host-1/retire", "{}").expect(401);
        assertThat(StandIns.shared().callsTo("/internal/v1/operator/hosts/"))
                .singleElement()
                .satisfies(call -> assertThat(call.path()).isEqualTo("/internal/v1/operator/hosts/host-1/retire"));
    }

    @Test
    void theNextPageOfACloseOfAllAccountsIsAskedForWithItsCursor() {
        operator.post("/operator/v1/billing/close?limit=7&cursor=acct_x", "{\"at\": \"2026-11-01T00:00:00Z\"}")
                .expect(202);
        assertThat(StandIns.shared().callsTo("/internal/v1/operator/close"))
                .anySatisfy(call ->
                        assertThat(call.query()).containsEntry("limit", "7").containsEntry("cursor", "acct_x"));
    }
}
