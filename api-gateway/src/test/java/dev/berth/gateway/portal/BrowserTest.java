package dev.berth.gateway.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.WebSocketRoute;
import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.StandIns;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The pages in a real browser, under the content security policy as it is sent. */
class BrowserTest extends GatewayTest {
    private static Browser browser;

    private final List<String> complaints = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void begin() {
        browser = new Browser();
    }

    @AfterAll
    static void end() {
        browser.close();
    }

    /** A visitor who is signed in, and whose browser complains of nothing but what was refused. */
    private Page visit(BrowserContext window, String email) {
        Page page = window.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("status of 4")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.navigate(api().base() + "/signin");
        page.fill("#email", email);
        page.fill("#password", "correct horse");
        page.click("main button[type=submit]");
        page.waitForURL("**/overview");
        return page;
    }

    @Test
    void aTerminalShowsWhatIsWrittenSendsWhatIsTypedAndTellsTheExitCode() {
        Api.Reply signup = api().signup();
        Api customer = api().key(signup.text("api_key.secret"));
        String web = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1"}""").expect(202).text("id");
        String container = StandIns.shared()
                .container(signup.text("account.id"), web, "running")
                .path("id")
                .asString();
        List<String> typed = new CopyOnWriteArrayList<>();
        AtomicReference<WebSocketRoute> shell = new AtomicReference<>();
        try (BrowserContext window = browser.window(new NewContextOptions().setViewportSize(1000, 800))) {
            Page page = visit(window, signup.text("user.email"));
            page.routeWebSocket("**/v1/containers/*/exec?*", socket -> {
                shell.set(socket);
                socket.onMessage(frame -> typed.add(
                        frame.text() == null ? new String(frame.binary(), StandardCharsets.UTF_8) : frame.text()));
                socket.send("\u001b[38;2;255;120;0mready\u001b[0m $ ".getBytes(StandardCharsets.UTF_8));
            });
            page.navigate(api().base() + "/workloads/" + web);
            page.click("text=Terminal");
            Locator shown = page.locator(".xterm-rows");
            shown.getByText("ready").waitFor();
            assertThat(shell.get().url()).contains(container + "/exec?command=%2Fbin%2Fsh", "cols=", "rows=");
            assertThat(
                            page.evaluate(
                                    "getComputedStyle([...document.querySelectorAll('.xterm-rows span')].find(s => s.textContent === 'ready')).color"))
                    .isEqualTo("rgb(255, 120, 0)");
            page.keyboard().type("echo grüße");
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                page.waitForTimeout(50); // lets the browser's messages in
                return String.join("", typed).contains("echo grüße");
            });
            page.setViewportSize(700, 700);
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                page.waitForTimeout(50);
                return typed.stream().anyMatch(one -> one.matches("\\{\"resize\":\\{\"cols\":\\d+,\"rows\":\\d+}}"));
            });
            shell.get().send("{\"exit\": {\"code\": 7}}");
            shell.get().close();
            page.getByText("It ended with exit code 7.").waitFor();
            page.click("text=Reconnect");
            page.locator("[data-terminal-state].on").waitFor();
            assertThat(complaints).isEmpty();
        }
    }

    @Test
    void whoIsAttachedToAProcessWithoutATerminalTypesLines() {
        Api.Reply signup = api().signup();
        Api customer = api().key(signup.text("api_key.secret"));
        String web = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1", "stdin": true}""").expect(202).text("id");
        String container = StandIns.shared()
                .container(signup.text("account.id"), web, "running")
                .path("id")
                .asString();
        List<String> typed = new CopyOnWriteArrayList<>();
        AtomicReference<WebSocketRoute> process = new AtomicReference<>();
        try (BrowserContext window = browser.window(new NewContextOptions().setViewportSize(1000, 800))) {
            Page page = visit(window, signup.text("user.email"));
            page.routeWebSocket("**/v1/containers/*/attach?*", socket -> {
                process.set(socket);
                socket.onMessage(frame -> typed.add(
                        frame.text() == null ? new String(frame.binary(), StandardCharsets.UTF_8) : frame.text()));
                socket.send("one\ntwo\n".getBytes(StandardCharsets.UTF_8));
            });
            page.navigate(api().base() + "/workloads/" + web);
            page.click("text=Attach");
            Locator shown = page.locator(".xterm-rows");
            shown.getByText("two").waitFor();
            assertThat(process.get().url()).contains(container + "/attach?cols=", "rows=");
            page.getByText("It reads what you type").waitFor();
            page.keyboard().type("saz");
            page.keyboard().press("Backspace");
            page.keyboard().type("y hi");
            assertThat(typed).noneMatch(one -> one.contains("sa"));
            page.keyboard().press("Enter");
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                page.waitForTimeout(50);
                return typed.contains("say hi\n");
            });
            process.get().send("{\"exit\": {\"code\": 0}}");
            process.get().close();
            page.getByText("It ended with exit code 0.").waitFor();
            assertThat(complaints).isEmpty();
        }
    }

    @Test
    void aTerminalThatIsRefusedSaysWhy() {
        Api.Reply signup = api().signup();
        Api customer = api().key(signup.text("api_key.secret"));
        String web = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1"}""").expect(202).text("id");
        String container = StandIns.shared()
                .container(signup.text("account.id"), web, "stopped")
                .path("id")
                .asString();
        try (BrowserContext window = browser.window(new NewContextOptions())) {
            Page page = visit(window, signup.text("user.email"));
            page.navigate(api().base() + "/workloads/" + web);
            assertThat(page.locator("text=Terminal").count()).isZero();
            page.navigate(api().base() + "/containers/" + container + "/terminal");
            page.click("form.command button");
            page.getByText("It was refused. The container is stopped.").waitFor();
            page.navigate(api().base() + "/containers/" + container + "/terminal?command=sh%20%27x");
            page.getByText("a quote in it is not closed").waitFor();
        }
        assertThat(api().signedUp()
                        .get("/containers/" + container + "/terminal")
                        .status())
                .isEqualTo(404);
    }

    /** What is there and what a form can hold of it are one: nothing is lost by looking. */
    @Test
    void aFormThatIsSentAsItCameChangesNothing() {
        Api.Reply signup = api().signup();
        Api customer = api().key(signup.text("api_key.secret"));
        customer.post("/v1/volumes", "{\"name\": \"data\", \"size_gib\": 1}").expect(202);
        customer.post("/v1/secrets", "{\"name\": \"db\", \"value\": \"v\"}").expect(201);
        Api.Reply made = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1", "cpu_millis": 300, "memory_mib": 300,
                 "args": ["a b", "--x=<y>"], "command": ["sh", "-c", "echo 1\\necho 2"],
                 "env": {"A": "1 = 2", "B": "  blanks  ", "C": ""}, "labels": {"team": "a\\"b"},
                 "ports": [80, 8080], "user": "1000:1000", "working_dir": "/app", "stop_signal": "SIGINT", "stdin": true,
                 "volumes": [{"volume": "data", "path": "/data"}],
                 "secrets": [{"name": "db", "env": "DB"}, {"name": "db"}],
                 "files": [{"path": "/etc/a", "content": "\\n\\tone & <two>\\n\\n", "executable": true}],
                 "health_check": {"type": "exec", "command": ["sh", "-c", "test -e '/x y'"], "interval_s": 7},
                 "readiness_check": {"type": "http", "port": 80, "path": "/ready"},
                 "rollout": {"min_ready_s": 3}}""").expect(202);
        String path = "/workloads/" + made.text("id");
        try (BrowserContext window = browser.window(new NewContextOptions())) {
            Page page = visit(window, signup.text("user.email"));
            page.navigate(api().base() + path + "/edit");
            page.click("text=Change it");
            page.waitForURL("**" + path);
            assertThat(customer.get("/v1" + path).expect(200).text("generation"))
                    .isEqualTo("1");
            page.navigate(api().base() + path + "/edit");
            page.fill("#args", "only");
            page.click("text=Change it");
            page.waitForURL("**" + path);
            Api.Reply now = customer.get("/v1" + path).expect(200);
            assertThat(now.text("args")).isEqualTo("[\"only\"]");
            for (String member : List.of(
                    "command",
                    "env",
                    "labels",
                    "ports",
                    "volumes",
                    "secrets",
                    "files",
                    "health_check",
                    "readiness_check",
                    "rollout",
                    "user",
                    "stdin",
                    "tty",
                    "cpu_millis")) {
                assertThat(now.text(member)).as(member).isEqualTo(made.text(member));
            }
        }
        assertThat(complaints).isEmpty();
        assertThat(api().signedUp().get(path + "/edit").status()).isEqualTo(404);
    }

    @Test
    void aLinkRunsItsCommandOnlyWhenItsVisitorSaysSo() {
        Api.Reply signup = api().signup();
        Api customer = api().key(signup.text("api_key.secret"));
        String web = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1"}""").expect(202).text("id");
        String container = StandIns.shared()
                .container(signup.text("account.id"), web, "running")
                .path("id")
                .asString();
        AtomicReference<WebSocketRoute> shell = new AtomicReference<>();
        try (BrowserContext window = browser.window(new NewContextOptions())) {
            Page page = visit(window, signup.text("user.email"));
            page.routeWebSocket("**/v1/containers/*/exec?*", shell::set);
            page.navigate(api().base() + "/containers/" + container + "/terminal?command=env%20-i");
            page.getByText("Nothing runs yet").waitFor();
            assertThat(page.inputValue("#command")).isEqualTo("env -i");
            assertThat(shell.get()).isNull();
            page.click("form.command button");
            page.locator("[data-terminal-state].on").waitFor();
            assertThat(shell.get().url()).contains("/exec?command=env&command=-i");
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void aFormWhoseFilesHaveOtherLineEndsLeavesThemAndATriggersPageHasTheWorkloadsAddress() {
        Api.Reply signup = api().signup();
        Api customer = api().key(signup.text("api_key.secret"));
        Api.Reply made = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "berth/sample:1",
                 "files": [{"path": "/etc/a", "content": "one\\r\\ntwo\\r"}],
                 "health_check": {"type": "exec", "command": ["sh", "-c", "echo 1\\necho 2"]}}""").expect(202);
        String path = "/workloads/" + made.text("id");
        try (BrowserContext window = browser.window(new NewContextOptions())) {
            Page page = visit(window, signup.text("user.email"));
            page.navigate(api().base() + path + "/edit");
            page.click("text=Change it");
            page.waitForURL("**" + path);
            assertThat(customer.get("/v1" + path).expect(200).text("generation"))
                    .isEqualTo("1");
            page.fill("#t-name", "hub");
            page.locator("form[action$='/triggers'] button").click();
            page.getByText("Copy its URL now").waitFor();
            assertThat(page.url()).endsWith(path);
            page.reload();
            assertThat(page.getByText("Copy its URL now").count()).isZero();
        }
        assertThat(customer.get("/v1" + path + "/triggers").json().path("data")).hasSize(1);
        assertThat(complaints).isEmpty();
    }
}
