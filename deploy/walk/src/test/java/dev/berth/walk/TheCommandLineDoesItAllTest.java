package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A customer with nothing but a shell signs up, runs things, looks into them, and reads what they cost. */
@Tag("walk")
class TheCommandLineDoesItAllTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Ring ring = Ring.shared();

    @TempDir
    Path home;

    @Test
    void fromASignupToAnInvoiceInAShell() throws Exception {
        Terminal shell = new Terminal(home);
        shell.berth("ps").expect(3);
        String email = "shell-" + UUID.randomUUID() + "@example.com";
        JsonNode account = shell.berthReading(
                        "correct horse battery staple\n",
                        "signup",
                        ring.gateway().toString(),
                        "--email",
                        email,
                        "--password-stdin",
                        "--name",
                        "Shell & Sons",
                        "--currency",
                        "EUR",
                        "--plan",
                        "showcase",
                        "--json")
                .json();
        shell.berth("logout").expect(0);
        shell.berthReading("wrong\n", "login", ring.gateway().toString(), "--email", email, "--password-stdin")
                .expect(3);
        shell.berthReading(
                        "correct horse battery staple\n",
                        "login",
                        ring.gateway().toString(),
                        "--email",
                        email,
                        "--password-stdin")
                .expect(0);
        assertThat(shell.berth("whoami", "-q").expect(0).strip())
                .isEqualTo(account.at("/id").asString());

        aServiceIsRunScaledAndLookedInto(shell);
        jobsEndAsTheirProgramsDo(shell);
        theRestIsKeptAndListed(shell);
        whatItCostsIsToldAndInvoiced(shell, account.at("/id").asString());
    }

    private static void aServiceIsRunScaledAndLookedInto(Terminal shell) {
        assertThat(shell.berth("run", "--dry-run", "--size", "xs", "berth/sample:1")
                        .expect(0))
                .contains("Per hour", "allows it");
        String id = shell.berth("run", "-q", "--name", "web", "--size", "xs", "berth/sample:1")
                .expect(0)
                .strip();
        assertThat(id).startsWith("wl_");
        assertThat(shell.berth("run", "--name", "web", "berth/sample:1").expect(1))
                .isEmpty();
        assertThat(shell.berth("ps").expect(0)).contains("web", id, "running", "1/1");

        Terminal.Running following = shell.begin("logs", "-f", "web");
        Until.value("the first line is there", SOON, following::shown, it -> it.contains("serving on port 8080"));
        assertThat(shell.berth("exec", "web", "--", "sh", "-c", "echo here; echo to the log >/proc/1/fd/1; exit 7")
                        .expect(7))
                .isEqualTo("here\n");
        assertThat(shell.berthReading("echo $((6*7)); exit 3\n", "exec", "-i", id)
                        .expect(3))
                .isEqualTo("42\n");
        Until.value("the line comes", SOON, following::shown, it -> it.contains("to the log"));
        assertThat(following.interrupt().exit()).isEqualTo(130);

        shell.berth("scale", "web=2").expect(0);
        assertThat(shell.berth("ps").expect(0)).contains("2/2");
        shell.berth("deploy", "web", "-e", "COLOUR=blue").expect(0);
        assertThat(shell.berth("exec", "web", "--", "sh", "-c", "echo $COLOUR").expect(0))
                .isEqualTo("blue\n");
        shell.berth("rollback", "web").expect(0);
        assertThat(shell.berth("exec", "web", "--", "sh", "-c", "echo .$COLOUR").expect(0))
                .isEqualTo(".\n");
        shell.berth("exec", "nobody", "--", "true").expect(4);
    }

    private static void jobsEndAsTheirProgramsDo(Terminal shell) {
        Terminal.Ended failed = shell.berth(
                "run",
                "--kind",
                "job",
                "--name",
                "bad",
                "--size",
                "xs",
                "berth/sample:1",
                "--",
                "/bin/sh",
                "-c",
                "echo one; sleep 1; echo two; exit 9");
        assertThat(failed.expect(9)).isEqualTo("bad-1 | one\nbad-1 | two\n");
        assertThat(failed.err()).contains("the job failed");
        assertThat(shell.berth(
                                "run",
                                "--rm",
                                "--kind",
                                "job",
                                "--name",
                                "good",
                                "--size",
                                "xs",
                                "berth/sample:1",
                                "--",
                                "echo",
                                "well")
                        .expect(0))
                .isEqualTo("good-1 | well\n");
        assertThat(shell.berth("ps", "-a").expect(0)).contains("bad").doesNotContain("good");
    }

    private void theRestIsKeptAndListed(Terminal shell) throws Exception {
        shell.berthReading("hush", "secrets", "set", "token").expect(0);
        shell.berthReading("hush hush", "secrets", "set", "token").expect(0);
        assertThat(shell.berth("secrets").expect(0)).contains("token", "2").doesNotContain("hush");
        shell.berth("secrets", "rm", "token").expect(0);
        assertThat(shell.berth("keys").expect(0)).contains("berth on ");
        Path file = Files.writeString(
                home.resolve("compose.yaml"), "name: pair\nservices:\n  a:\n    image: berth/sample:1\n");
        assertThat(shell.berth("stack", "plan", file.toString(), "--size", "a=xs")
                        .expect(0))
                .contains("berth/sample:1");
        shell.berth("stack", "deploy", file.toString(), "--size", "a=xs").expect(0);
        shell.berth("stack", "deploy", file.toString(), "--size", "a=xs").expect(0);
        assertThat(shell.berth("stack", "ls").expect(0).lines()).hasSize(2).anyMatch(line -> line.startsWith("pair"));
        assertThat(shell.berth("stack", "export", "pair").expect(0)).contains("services:");
        shell.berth("stack", "rm", "pair").expect(0);
        assertThat(shell.berth("events", "--type", "container.started", "--json")
                        .expect(0)
                        .lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).startsWith("{\"id\":\"evt_"));
        assertThat(shell.berth("operations").expect(0)).contains("workload.scale", "succeeded");
        assertThat(shell.berth("quota", "--json").json().at("/used/containers").asInt())
                .isPositive();
        assertThat(shell.berth("api", "/v1/sizes").json().at("/data").size()).isPositive();
        assertThat(shell.berth("api", "PATCH", "/v1/account", "-f", "plan=large")
                        .expect(1))
                .isEmpty();
    }

    private void whatItCostsIsToldAndInvoiced(Terminal shell, String account) {
        Terminal.Running watching = shell.begin("cost", "--watch", "--json");
        List<String> ticks = Until.value(
                "the cost grows",
                SOON,
                () -> watching.shown().lines().toList(),
                lines -> lines.size() > 3 && !lines.getFirst().equals(lines.getLast()));
        assertThat(ticks.getFirst()).contains("\"burn_rate\"");
        assertThat(watching.interrupt().exit()).isEqualTo(130);
        assertThat(shell.berth("cost").expect(0)).contains("Accrued", "EUR", "web");

        shell.berth("rm", "web").expect(0);
        shell.berth("ps").expect(0);
        JsonNode usage = Until.value(
                "all use is known",
                SOON,
                () -> shell.berth("usage", "--json").json(),
                it -> it.at("/total/container_ms").asLong() > 5_000);
        assertThat(shell.berth("usage", "--by", "day").expect(0))
                .contains(usage.at("/total/container_seconds").asString(), "EUR");
        Until.value(
                "the period is closed",
                Duration.ofMinutes(2),
                () -> new Api(ring.gateway(), ring.operatorKey())
                        .persist("POST", "/operator/v1/billing/close", Map.of("account", account))
                        .expect(202)
                        .at("/closes/0/state")
                        .asString(),
                it -> it.equals("finalized"));
        String list = Until.value(
                "the invoice is there",
                SOON,
                () -> shell.berth("invoices", "-q").expect(0),
                it -> !it.isBlank());
        String invoice = list.lines().findFirst().orElseThrow();
        String shown = shell.berth("invoices", invoice).expect(0);
        assertThat(shown).contains("vcpu_second", "gib_second", "total");
        String line = shell.berth("invoices", invoice, "--json")
                .json()
                .at("/lines/0/id")
                .asString();
        assertThat(shell.berth("invoices", invoice, "--line", line).expect(0)).contains("ctr_", "yes", "op_");
    }
}
