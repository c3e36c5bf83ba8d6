package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Who may opens a terminal in a container of theirs, and nobody else; it ends with the key that opened it. */
@Tag("walk")
class SomebodyAtATerminalTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Ring ring = Ring.shared();

    private static void type(WebSocket socket, String text) {
        socket.sendBinary(StandardCharsets.UTF_8.encode(text), true).join();
    }

    @Test
    void aTerminalIsForWhoMayAndEndsWithTheirKey() throws Exception {
        Customer customer = Customer.signUp(ring);
        String web = customer.launch("web", "service", 1);
        customer.awaitRunning(web, 1);
        String container = customer.api()
                .get("/v1/workloads/" + web + "/containers?state=running")
                .expect(200)
                .at("/data/0/id")
                .asString();
        String path = "/v1/containers/" + container + "/exec";

        Screen screen = new Screen();
        WebSocket socket =
                customer.api().socket(path + "?cols=101&rows=33", screen).get(20, TimeUnit.SECONDS);
        type(socket, "stty size\n");
        Until.value("the terminal knows its size", SOON, screen::shown, it -> it.contains("33 101"));
        type(socket, "exit 7\n");
        assertThat(screen.last().get(20, TimeUnit.SECONDS)).isEqualTo("{\"exit\":{\"code\":7}}");
        assertThat(screen.closed().get(20, TimeUnit.SECONDS)).isEqualTo(1000);

        Screen command = new Screen();
        var _ = customer.api()
                .socket(path + "?command=/bin/sh&command=-c&command=echo+ready%3B+exit+3&tty=false", command)
                .get(20, TimeUnit.SECONDS);
        assertThat(command.last().get(20, TimeUnit.SECONDS)).isEqualTo("{\"exit\":{\"code\":3}}");
        assertThat(command.shown()).isEqualTo("ready\n");

        refused(Customer.signUp(ring).api(), path, 404);
        JsonNode reader = customer.api()
                .post("/v1/api_keys", Map.of("name", "reader", "scopes", new String[] {"workloads:read"}))
                .expect(201);
        refused(ring.as(reader.at("/secret").asString()), path, 403);
        assertThat(customer.api().get(path).status()).as("no WebSocket").isEqualTo(400);

        JsonNode key =
                customer.api().post("/v1/api_keys", Map.of("name", "second")).expect(201);
        Screen lost = new Screen();
        var _ = ring.as(key.at("/secret").asString()).socket(path, lost).get(20, TimeUnit.SECONDS);
        customer.api().delete("/v1/api_keys/" + key.at("/id").asString()).expect(204);
        assertThat(lost.closed().get(40, TimeUnit.SECONDS)).isEqualTo(1008);

        JsonNode stats =
                customer.api().get("/v1/containers/" + container + "/stats").expect(200);
        assertThat(stats.at("/memory_bytes").asLong()).isPositive();
        customer.api().delete("/v1/workloads/" + web).expect(202);
        Until.value(
                "its use can be read no more",
                SOON,
                () -> customer.api()
                        .get("/v1/containers/" + container + "/stats")
                        .status(),
                status -> status == 409);
    }

    @Test
    void whoMayAttachesToTheMainProcessWhichGoesOnWithoutThemAndTellsItsEnd() throws Exception {
        Customer customer = Customer.signUp(ring);
        String reads = customer.api()
                .post(
                        "/v1/workloads",
                        Map.of(
                                "name",
                                "reads",
                                "kind",
                                "job",
                                "image",
                                "berth/sample:1",
                                "size",
                                "xs",
                                "command",
                                List.of(
                                        "/bin/sh",
                                        "-c",
                                        "while read line; do echo \"<$line>\"; [ $line != end ] || exit 7; done"),
                                "stdin",
                                true))
                .expect(202)
                .at("/id")
                .asString();
        customer.awaitRunning(reads, 1);
        String container = customer.api()
                .get("/v1/workloads/" + reads + "/containers?state=running")
                .expect(200)
                .at("/data/0/id")
                .asString();
        String path = "/v1/containers/" + container + "/attach";
        Screen first = new Screen();
        Screen second = new Screen();
        WebSocket leaves = customer.api().socket(path, first).get(20, TimeUnit.SECONDS);
        WebSocket stays = customer.api().socket(path, second).get(20, TimeUnit.SECONDS);
        type(leaves, "one\n");
        Until.value("both hear it", SOON, () -> first.shown() + second.shown(), it -> it.equals("<one>\n<one>\n"));
        leaves.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        type(stays, "two\n");
        Until.value("it goes on", SOON, second::shown, it -> it.endsWith("<two>\n"));
        type(stays, "end\n");
        assertThat(second.last().get(20, TimeUnit.SECONDS)).isEqualTo("{\"exit\":{\"code\":7}}");
        assertThat(second.closed().get(20, TimeUnit.SECONDS)).isEqualTo(1000);
        assertThat(second.shown()).isEqualTo("<one>\n<two>\n<end>\n");
        refused(Customer.signUp(ring).api(), path, 404);
    }

    private static void refused(Api api, String path, int status) {
        assertThatThrownBy(() -> api.socket(path, new Screen()).get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(status));
    }
}
