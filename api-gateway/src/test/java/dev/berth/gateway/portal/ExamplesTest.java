package dev.berth.gateway.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.util.HtmlUtils;
import tools.jackson.databind.JsonNode;

/**
 * Each call that a page shows is done as it stands there, by a shell and curl, with nothing filled in but the key and the address of who
 * signs up; and what is answered has the shape that the API's description says.
 */
class ExamplesTest extends GatewayTest {
    private static final Pattern SNIPPET = Pattern.compile("<pre[^>]*>(.*?)</pre>", Pattern.DOTALL);
    private static final Pattern ANSWER =
            Pattern.compile("(.*?)\n@@(\\d{3}) ([A-Z]+) http://[^/]+(/[^ ?\n]*)[^ \n]* ([^\n]*)\n", Pattern.DOTALL);
    private static final List<String> PAGES = List.of(
            "/docs",
            "/",
            "/overview",
            "/workloads",
            "/stacks",
            "/operations",
            "/volumes",
            "/secrets",
            "/usage",
            "/invoices",
            "/webhooks");

    /** curl, that says after each answer what it was to; a stream goes on for as long as it is read, which is not long here. */
    private static final String CURL = """
            curl() {
              command curl --max-time 3 -w '\\n@@%{http_code} %{method} %{url_effective} %{content_type}\\n' "$@" || [ $? -eq 28 ]
            }
            """;

    @TempDir
    private Path folder;

    private final List<String> done = new ArrayList<>();

    private List<String> snippets(String page) {
        List<String> snippets = new ArrayList<>();
        Matcher found = SNIPPET.matcher(api().signedUp().get(page).expect(200).body());
        while (found.find()) {
            String text = HtmlUtils.htmlUnescape(group(found, 1));
            if (text.contains("curl ")) {
                snippets.add(text);
            }
        }
        return snippets;
    }

    private String run(String snippet) throws IOException, InterruptedException {
        String key = api().signup().text("api_key.secret");
        String script =
                CURL + "set -e\n" + snippet.replace("berth_sk_…", key).replace("ada@example.com", Api.email()) + "\n";
        Path file = Files.writeString(folder.resolve("example.sh"), script);
        Path out = folder.resolve("out.txt");
        ProcessBuilder bash = new ProcessBuilder("bash", file.toString())
                .redirectError(folder.resolve("err.txt").toFile())
                .redirectOutput(out.toFile());
        bash.environment().put("KEY", key);
        Process process = bash.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(snippet).isTrue();
        String said = Files.readString(out, StandardCharsets.UTF_8);
        assertThat(process.exitValue())
                .as("%s: %s %s", snippet, said, Files.readString(folder.resolve("err.txt")))
                .isZero();
        return said;
    }

    @Test
    void eachCallThatAPageShowsIsAnsweredAsItIsDescribed() throws Exception {
        JsonNode document = api().get("/v1/openapi.json").expect(200).json();
        for (String page : PAGES) {
            List<String> snippets = snippets(page);
            assertThat(snippets).as(page).isNotEmpty();
            for (String snippet : snippets) {
                Matcher answer = ANSWER.matcher(run(snippet));
                int answers = 0;
                while (answer.find()) {
                    answers++;
                    check(document, snippet, answer.toMatchResult());
                }
                assertThat(answers).as(snippet).isEqualTo(snippet.split("curl -").length - 1);
            }
        }
        assertThat(done).hasSizeGreaterThan(12).contains("POST /v1/signup", "POST /v1/workloads", "GET /v1/events");
    }

    private void check(JsonNode document, String snippet, MatchResult answer) {
        String method = group(answer, 3);
        String path = group(answer, 4);
        String status = group(answer, 2);
        String body = group(answer, 1);
        String type = group(answer, 5).split(";")[0];
        JsonNode operation = operation(document, method.toLowerCase(Locale.ROOT), path)
                .orElseThrow(() -> new AssertionError("%s: no route for %s %s".formatted(snippet, method, path)));
        assertThat(status).as("%s: %s", snippet, body).startsWith("2");
        JsonNode content = success(operation.path("responses"), status).path("content");
        JsonNode described = content.has(type) ? content.path(type) : content.path("*/*");
        assertThat(described.isMissingNode())
                .as("%s: %s is not described", snippet, type)
                .isFalse();
        if (type.equals("text/event-stream")) {
            assertThat(body).as(snippet).startsWith("retry: ");
        } else {
            shape(document, described.path("schema"), Json.mapper().readTree(body), path);
        }
        done.add(method + " " + path);
    }

    /** What is said of a status; of a success that is not described by its own, the one that is. */
    private static JsonNode success(JsonNode responses, String status) {
        return responses.has(status)
                ? responses.path(status)
                : responses.properties().stream()
                        .filter(one -> one.getKey().startsWith("2"))
                        .findFirst()
                        .orElseThrow()
                        .getValue();
    }

    private static String group(MatchResult match, int group) {
        return Objects.requireNonNull(match.group(group));
    }

    /** The operation of a path; a path without parameters before one with. */
    private static Optional<JsonNode> operation(JsonNode document, String method, String path) {
        return document.path("paths").properties().stream()
                .filter(one -> path.matches(one.getKey().replaceAll("\\{[^}]+}", "[^/]+")))
                .filter(one -> one.getValue().has(method))
                .min(Comparator.comparing(one -> one.getKey().contains("{")))
                .map(one -> one.getValue().path(method));
    }

    /** Each member that came is described, with its type, and each that is always there came. */
    private static void shape(JsonNode document, JsonNode schema, JsonNode value, String at) {
        if (schema.has("$ref")) {
            shape(document, document.at(schema.path("$ref").asString().substring(1)), value, at);
            return;
        }
        if (schema.has("oneOf")) {
            List<String> faults = new ArrayList<>();
            for (JsonNode choice : schema.path("oneOf")) {
                try {
                    shape(document, choice, value, at);
                    return;
                } catch (AssertionError fault) {
                    faults.add(String.valueOf(fault.getMessage()));
                }
            }
            throw new AssertionError("%s is none of what is described: %s".formatted(at, faults));
        }
        List<String> types = new ArrayList<>();
        if (schema.path("type").isArray()) {
            schema.path("type").forEach(one -> types.add(one.asString()));
        } else if (schema.has("type")) {
            types.add(schema.path("type").asString());
        }
        if (value.isNull() || types.isEmpty()) {
            return;
        }
        String is = value.isObject()
                ? "object"
                : value.isArray()
                        ? "array"
                        : value.isString()
                                ? "string"
                                : value.isBoolean() ? "boolean" : value.isIntegralNumber() ? "integer" : "number";
        assertThat(types).as("%s is %s", at, value).contains(is);
        if (schema.has("properties")) {
            value.properties().forEach(member -> {
                JsonNode described = schema.path("properties").path(member.getKey());
                assertThat(described.isMissingNode())
                        .as("%s.%s is not described", at, member.getKey())
                        .isFalse();
                shape(document, described, member.getValue(), at + "." + member.getKey());
            });
            schema.path("required")
                    .forEach(name -> assertThat(value.has(name.asString()))
                            .as("%s.%s is missing", at, name)
                            .isTrue());
        }
        if (value.isArray()) {
            value.forEach(one -> shape(document, schema.path("items"), one, at + "[]"));
        }
    }
}
