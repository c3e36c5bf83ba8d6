package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.testing.TestDebian;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A Debian of several daemons as a machine: its init reaps, its data outlives it, and somebody can work in it. */
@Tag("walk")
class AMachineIsKeptTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String BOOT =
            "nginx; cron; echo boot >> /home/log; trap 'echo ended >> /home/log; exit 0' TERM; while :; do sleep 0.2; done";

    @BeforeAll
    static void debian() {
        TestDebian.ensure();
    }

    @Test
    void itsDaemonsRunAndItsDataOutlivesItsContainers() throws Exception {
        Customer customer = Customer.signUp(Ring.shared());
        Api api = customer.api();
        api.persist("POST", "/v1/volumes", Map.of("name", "home", "size_gib", 1))
                .expect(202);
        Map<String, Object> wish = new LinkedHashMap<>();
        wish.put("name", "box");
        wish.put("kind", "machine");
        wish.put("image", TestDebian.IMAGE);
        wish.put("size", "s");
        wish.put("command", List.of("/bin/sh", "-c", BOOT));
        wish.put("volumes", List.of(Map.of("volume", "home", "path", "/home")));
        String box =
                api.persist("POST", "/v1/workloads", wish).expect(202).at("/id").asString();
        customer.awaitRunning(box, 1);

        Until.value(
                "its daemons run",
                PATIENCE,
                () -> run(api, box, "pgrep -x cron | wc -l; pgrep -x nginx | wc -l"),
                it -> it.startsWith("1\n") && !it.equals("1\n0"));
        Until.value( // what its main loop has just ended is one for a moment
                "what nobody waits for is reaped",
                PATIENCE,
                () -> run(api, box, "(sleep 0.1 &) ; sleep 1; ps -eo stat= | grep -c '^Z' || true"),
                "0"::equals);
        assertThat(run(api, box, "cat /home/log")).isEqualTo("boot");

        api.persist("POST", "/v1/workloads/%s/stop".formatted(box), "").expect(202);
        customer.awaitObserved(box, "stopped");
        api.persist("POST", "/v1/workloads/%s/start".formatted(box), "").expect(202);
        customer.awaitRunning(box, 1);
        awaitLog(api, box, "boot\nended\nboot");
        api.persist("PATCH", "/v1/workloads/" + box, Map.of("env", Map.of("N", "2")))
                .expect(202);
        customer.awaitRunning(box, 1);
        awaitLog(api, box, "boot\nended\nboot\nended\nboot");
        assertThat(run(api, box, "echo $N")).isEqualTo("2");
        api.persist("DELETE", "/v1/workloads/" + box, "").expect(202);
    }

    private static void awaitLog(Api api, String box, String wanted) {
        Until.value("its data is there", PATIENCE, () -> run(api, box, "cat /home/log"), wanted::equals);
    }

    /** Runs a command in the machine, as somebody at a terminal does; what it says, empty while there is no machine. */
    private static String run(Api api, String box, String command) {
        String container = api.get("/v1/workloads/%s/containers?state=running".formatted(box))
                .expect(200)
                .at("/data/0/id")
                .asString();
        Screen screen = new Screen();
        String path = "/v1/containers/%s/exec?tty=false&command=/bin/sh&command=-c&command=%s"
                .formatted(container, URLEncoder.encode(command, StandardCharsets.UTF_8));
        try {
            var _ = api.socket(path, screen).get(20, TimeUnit.SECONDS);
            screen.closed().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            return "";
        }
        return screen.shown().strip();
    }
}
