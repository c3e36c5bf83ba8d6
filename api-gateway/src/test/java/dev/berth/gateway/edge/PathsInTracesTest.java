package dev.berth.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class PathsInTracesTest {
    private static String said(String path) {
        var context = new ServerRequestObservationContext(
                new MockHttpServletRequest("POST", path), new MockHttpServletResponse());
        return new PathsInTraces().getHighCardinalityKeyValues(context).toString();
    }

    @Test
    void aSpanDoesNotShowTheSecretOfATrigger() {
        String secret = "berth_tr_" + "0".repeat(44);
        assertThat(said("/v1/triggers/" + secret)).contains("/v1/triggers/…").doesNotContain(secret);
        assertThat(said("/v1/workloads")).contains("/v1/workloads");
    }

    @Test
    void aSpanDoesNotShowTheSecretOfALinkInAMail() {
        String token = "A".repeat(43);
        for (String before : List.of(
                "/join/",
                "/verify/",
                "/password-reset/",
                "/v1/password_reset/",
                "/v1/email_verification/",
                "/v1/invitations/")) {
            assertThat(said(before + token)).contains(before + "…").doesNotContain(token);
        }
    }
}
