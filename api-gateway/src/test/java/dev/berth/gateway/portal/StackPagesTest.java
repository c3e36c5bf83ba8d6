package dev.berth.gateway.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.web.util.HtmlUtils;

class StackPagesTest extends GatewayTest {
    private static final Pattern CHECKED = Pattern.compile("name=\"checked\" value=\"([0-9a-f]*)\"");
    private static final Pattern ETAG = Pattern.compile("name=\"etag\" value=\"([^\"]*)\"");
    private static final Pattern FILE =
            Pattern.compile("<textarea id=\"compose\"[^>]*>\n(.*?)</textarea>", Pattern.DOTALL);
    private static final String GOOD = """
            services:
              web:
                image: berth/sample:1
                volumes: ["data:/data"]
              worker:
                image: berth/sample:1
            volumes:
              data: {}
            """;

    private static String in(Pattern pattern, String page) {
        Matcher found = pattern.matcher(page);
        assertThat(found.find()).as(pattern.pattern()).isTrue();
        return HtmlUtils.htmlUnescape(found.group(1));
    }

    private static String made(Api customer) {
        Map<String, String> form = new HashMap<>(Map.of("name", "shop", "compose", GOOD));
        form.put(
                "checked",
                in(CHECKED, customer.form("/stacks", form).expect(200).body()));
        String location = Objects.requireNonNull(
                customer.form("/stacks", form).expect(302).header("Location"));
        return location.substring(location.indexOf("/stacks/"));
    }

    @Test
    void saysWhatBecomesOfEachLineAndMakesNothing() {
        Api customer = api().signedUp();
        assertThat(customer.get("/stacks").expect(200).body()).contains("No stacks yet", "/stacks/new");
        String bad = "services:\n  web:\n    image: berth/sample:1\n    privileged: true\n";
        Api.Reply looked =
                customer.form("/stacks", Map.of("name", "shop", "compose", bad)).expect(200);
        assertThat(looked.body())
                .contains("The file cannot be had as it is", "services.web.privileged", ">4</td>", "1 refused")
                .doesNotContain("Create the stack");
        assertThat(in(CHECKED, looked.body())).isEmpty();
        Api.Reply without = customer.form(
                        "/stacks", Map.of("name", "shop", "compose", bad, "leave_out", "services.web.privileged"))
                .expect(200);
        assertThat(without.body()).contains("This is what becomes of it", "Create the stack", "Left out as you asked");
        assertThat(customer.get("/v1/workloads").text("data")).isEqualTo("[]");
        assertThat(customer.form("/stacks", Map.of("name", "shop", "compose", ""))
                        .expect(422)
                        .body())
                .contains("is required: the text of a Compose file");
    }

    @Test
    void takesWhatIsBesideTheFile() {
        Api customer = api().signedUp();
        Map<String, String> form = new HashMap<>(Map.of("name", "shop", "compose", """
                services:
                  web:
                    build: .
                    env_file: [./web.env]
                    environment: ["TAG=${TAG}"]
                """));
        assertThat(customer.form("/stacks", form).expect(200).body())
                .contains("services.web.build", "services.web.env_file");
        form.putAll(Map.of(
                "images", "web=berth/sample:1",
                "variables", "TAG=7",
                "files.path", "./web.env",
                "files.content", "LEVEL=info\r\n",
                "sizes", "web=s"));
        form.put(
                "checked",
                in(CHECKED, customer.form("/stacks", form).expect(200).body()));
        customer.form("/stacks", form).expect(302);
        Api.Reply made = customer.get("/v1/workloads").expect(200);
        assertThat(made.text("data.0.env")).isEqualTo("{\"LEVEL\":\"info\",\"TAG\":\"7\"}");
        assertThat(made.text("data.0.cpu_millis")).isEqualTo("500");
        form.put("sizes", "web");
        assertThat(customer.form("/stacks", form).expect(422).body()).contains("must be NAME=value on each line");
    }

    /** What is made is what its owner was shown: of another text there is a look first. */
    @Test
    void makesOnlyWhatWasLookedAt() {
        Api customer = api().signedUp();
        Map<String, String> form = new HashMap<>(Map.of("name", "shop", "compose", GOOD));
        form.put(
                "checked",
                in(CHECKED, customer.form("/stacks", form).expect(200).body()));
        form.put("compose", GOOD.replace("worker", "queue"));
        assertThat(customer.form("/stacks", form).expect(200).body()).contains("This is what becomes of it", "queue");
        assertThat(customer.get("/v1/stacks").text("data")).isEqualTo("[]");
        form.put("compose", GOOD.replace("\n", "\r\n")); // as browsers send it
        customer.form("/stacks", form).expect(302);
        assertThat(customer.get("/v1/stacks").text("data.0.name")).isEqualTo("shop");
        assertThat(customer.form("/stacks", form).expect(409).body()).contains("There is a stack");
    }

    @Test
    void showsItsWorkloadsAndItsFileWhichMakesTheSameAgain() {
        Api customer = api().signedUp();
        String stack = made(customer);
        assertThat(customer.get("/stacks").expect(200).body()).contains(stack);
        assertThat(customer.get(stack).expect(200).body()).contains("web", "worker", "As a Compose file", "x-berth");
        String edit = customer.get(stack + "/edit").expect(200).body();
        Map<String, String> form = new HashMap<>(Map.of("compose", in(FILE, edit), "etag", in(ETAG, edit)));
        String worker = customer.get("/v1/workloads?name=worker").text("data.0.id");
        customer.patch("/v1/workloads/" + worker, "{\"autoscale\": {\"max\": 5, \"cpu_percent\": 50}}")
                .expect(202);
        String looked = customer.form(stack + "/edit", form).expect(200).body();
        assertThat(looked).contains("services.worker", "is autoscaled, of which the file says nothing");
        assertThat(looked).contains("Change the stack").doesNotContain("cannot be had");
        form.put("checked", in(CHECKED, looked));
        customer.form(stack + "/edit", form).expect(302);
        String late = customer.form(stack + "/edit", form).expect(412).body();
        assertThat(late).contains("is at generation 2 by now", "It was changed meanwhile");
        form.put("etag", in(ETAG, late));
        customer.form(stack + "/edit", form).expect(302);
    }

    @Test
    void changesAllOfItsWorkloadsAndIsDeletedWithThem() {
        Api customer = api().signedUp();
        String stack = made(customer);
        Api stranger = api().signedUp();
        for (String path : new String[] {"", "/edit"}) {
            assertThat(stranger.get(stack + path).status()).isEqualTo(404);
        }
        for (String deed : new String[] {"/start", "/stop", "/delete", "/edit"}) {
            assertThat(stranger.form(stack + deed, Map.of("compose", GOOD)).status())
                    .as(deed)
                    .isEqualTo(404);
        }
        customer.form(stack + "/stop", Map.of()).expect(302);
        assertThat(customer.get("/v1/workloads").text("data.0.desired.state")).isEqualTo("stopped");
        customer.form(stack + "/start", Map.of()).expect(302);
        assertThat(customer.get("/v1/workloads").text("data.1.desired.state")).isEqualTo("running");
        customer.form(stack + "/delete", Map.of()).expect(302);
        assertThat(customer.get("/v1/workloads").text("data")).isEqualTo("[]");
        assertThat(customer.get("/v1/volumes").text("data.0.name")).isEqualTo("data");
        assertThat(customer.get(stack).status()).isEqualTo(404);
    }
}
