package dev.berth.gateway.forward;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import org.junit.jupiter.api.Test;

class RetireTest extends GatewayTest {
    @Test
    void onlyTheOperatorLetsAHostGoAndOnlyOneThatCanBeAHost() {
        Api operator = api().key(OPERATOR);
        operator.post("/operator/v1/hosts/host-1/retire", "{}").expect(503);
        operator.post("/operator/v1/hosts/_none/retire", "{}").expect(404);
        api().signedUp().post("/operator/v1/hosts/host-1/retire", "{}").expect(403);
        api().post("/operator/v1/hosts/host-1/retire", "{}").expect(401);
    }
}
