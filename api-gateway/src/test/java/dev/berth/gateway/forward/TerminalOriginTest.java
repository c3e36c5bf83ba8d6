package dev.berth.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.StandIns;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cookie opens a terminal for a page of this portal alone, and who is refused can read why. */
class TerminalOriginTest extends GatewayTest {
    /** The status of the answer to a handshake, which nobody here can open: the provisioner is played without terminals. */
    private static int opens(String address, String cookie, String origin) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            WebSocket socket = client.newWebSocketBuilder()
                    .header("Cookie", cookie)
                    .header("Origin", origin)
                    .buildAsync(URI.create(address.replaceFirst("http", "ws")), new WebSocket.Listener() {})
                    .join();
            socket.abort();
            return 101;
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(WebSocketHandshakeException.class);
            return ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/exec", "/attach"})
    void aPageOfAnotherSiteOpensNone(String route) {
        Api.Reply signup = api().signup();
        Api customer = api().key(signup.text("api_key.secret"));
        String web = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1"}""").expect(202).text("id");
        String account = signup.text("account.id");
        String runs =
                StandIns.shared().container(account, web, "running").path("id").asString();
        String stopped =
                StandIns.shared().container(account, web, "stopped").path("id").asString();
        String cookie = Objects.requireNonNull(api().post("/v1/session", """
                {"email": "%s", "password": "correct horse"}""".formatted(signup.text("user.email")))
                        .header("Set-Cookie"))
                .split(";")[0];
        String base = api().base() + "/v1/containers/";
        assertThat(opens(base + runs + route, cookie, "https://elsewhere.example"))
                .isEqualTo(403);
        assertThat(opens(base + runs + route, cookie, api().base())).isGreaterThanOrEqualTo(500);
        assertThat(opens(base + runs + route, "none=1", api().base())).isEqualTo(401);

        Api visitor = api().with("Cookie", cookie);
        assertThat(visitor.get("/v1/containers/" + runs + route).expect(400).text("detail"))
                .isEqualTo("A terminal needs a WebSocket.");
        assertThat(visitor.get("/v1/containers/" + stopped + route).expect(409).text("detail"))
                .contains("The container is stopped");
        assertThat(visitor.get("/v1/containers/" + runs + route + "?cols=0").status())
                .isEqualTo(422);
    }
}
