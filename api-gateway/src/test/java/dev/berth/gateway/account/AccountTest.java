package dev.berth.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.account.AccountRenamed;
import dev.berth.schema.wire.Json;
import org.junit.jupiter.api.Test;

class AccountTest extends GatewayTest {
    private static final String NAME = "{\"name\": \"%s\"}";

    @Test
    void aNewNameIsToldToWhoWritesInvoices() {
        Api customer = api().signedUp();
        String id = customer.get("/v1/account").expect(200).text("id");
        customer.patch("/v1/account", NAME.formatted(" Analytical Engines Ltd "))
                .expect(200);
        assertThat(payloads(id)).hasSize(2);
        AccountRenamed renamed = Json.mapper().readValue(payloads(id).getLast(), AccountRenamed.class);
        assertThat(renamed.name()).isEqualTo("Analytical Engines Ltd");
        customer.patch("/v1/account", NAME.formatted("Analytical Engines Ltd")).expect(200);
        customer.patch("/v1/account", "{}").expect(200);
        assertThat(payloads(id)).as("nothing changed").hasSize(2);
    }

    @Test
    void whoHasReadAnOlderNameDoesNotOverwriteTheNewer() {
        Api customer = api().signedUp();
        Api.Reply read = customer.get("/v1/account").expect(200);
        String etag = read.text("etag");
        assertThat(read.header("ETag")).isEqualTo(etag);
        Api.Reply changed = customer.with("If-Match", etag)
                .patch("/v1/account", NAME.formatted("One"))
                .expect(200);
        assertThat(changed.text("etag")).isNotEqualTo(etag);
        Api.Reply stale = customer.with("If-Match", etag)
                .patch("/v1/account", NAME.formatted("Two"))
                .expect(412);
        assertThat(stale.text("etag")).isEqualTo(changed.text("etag"));
        assertThat(customer.get("/v1/account").text("name")).isEqualTo("One");
        customer.with("If-Match", changed.text("etag"))
                .patch("/v1/account", NAME.formatted("Two"))
                .expect(200);
    }
}
