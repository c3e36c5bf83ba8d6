package dev.berth.client;

import dev.berth.client.api.Routes;
import dev.berth.client.call.Answer;
import dev.berth.client.call.Call;
import dev.berth.client.call.Position;
import dev.berth.client.screen.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code berth api}: whatever route there is. */
@Command(
        name = "api",
        description = {
            "Calls a route of the API and writes what it answers.",
            "Without a path it lists all routes. Fields go into the query of a GET and into the body of all others."
        },
        mixinStandardHelpOptions = true)
final class ApiCommand implements Callable<Integer> {
    private static final Set<String> METHODS = Set.of("GET", "POST", "PATCH", "PUT", "DELETE");

    @Mixin
    private @Nullable Given given;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "METHOD",
            description = "GET, POST, PATCH, PUT or DELETE; without one it is GET, or POST when there is a body.",
            completionCandidates = Commands.Methods.class)
    private @Nullable String method;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PATH",
            description = "Such as /v1/workloads.",
            completionCandidates = Commands.Paths.class)
    private @Nullable String path;

    @Option(
            names = {"-f", "--field"},
            paramLabel = "NAME=VALUE",
            description = "A field; the value is a text.")
    private List<String> texts = new ArrayList<>();

    @Option(
            names = {"-F", "--json-field"},
            paramLabel = "NAME=JSON",
            description = "A field; the value is JSON.")
    private List<String> values = new ArrayList<>();

    @Option(names = "--input", paramLabel = "FILE", description = "The body; - is standard input.")
    private @Nullable String input;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "NAME:VALUE",
            description = "A header, such as If-Match or Idempotency-Key.")
    private List<String> headers = new ArrayList<>();

    @Option(names = "--paginate", description = "All pages of a list.")
    private boolean paginate;

    @Option(names = "--stream", description = "Ask for events, and write the data of each on a line.")
    private boolean stream;

    @Override
    public Integer call() {
        Given to = Objects.requireNonNull(given);
        String first = method;
        if (first == null) {
            return list(to);
        }
        boolean body = !texts.isEmpty() || !values.isEmpty() || input != null;
        boolean named = METHODS.contains(first.toUpperCase(Locale.ROOT));
        String verb = named ? first.toUpperCase(Locale.ROOT) : body ? "POST" : "GET";
        String where = named ? path : first;
        if (where == null || !where.startsWith("/")) {
            throw new Complaint(
                    Exit.USAGE, "A path such as /v1/workloads is missing.", "'berth api' without a path lists them.");
        }
        Call call = Call.raw(verb, where);
        for (Map.Entry<String, String> header : headers().entrySet()) {
            call = call.header(header.getKey(), header.getValue());
        }
        call = call.reads() ? query(call) : call.sending(body ? body(to) : null);
        if (stream) {
            to.gateway().follow(call, Position.start(), (_, _, data) -> {
                to.screen().line(data);
                return to.screen().flush();
            });
        } else if (paginate) {
            to.screen().json(WorkloadCommands.page(to.gateway().all(call)));
        } else {
            write(to, to.gateway().send(call));
        }
        return Exit.OK;
    }

    private static int list(Given to) {
        Table table = new Table("METHOD", "PATH", "NEEDS", "WHAT");
        Routes.all()
                .forEach(route -> table.row(
                        route.method(),
                        route.path(),
                        route.scope().isEmpty() ? "nothing" : route.scope(),
                        route.summary()));
        to.screen().table(table);
        return Exit.OK;
    }

    private static void write(Given to, Answer answer) {
        String type = answer.headers().firstValue("Content-Type").orElse("");
        if (type.contains("json") && to.screen().isTerminal() && !to.json()) {
            to.screen().line(answer.json().toPrettyString());
        } else if (!answer.text().isEmpty()) {
            to.world().out().print(answer.text());
            if (!answer.text().endsWith("\n")) {
                to.world().out().println();
            }
        }
    }

    private Map<String, String> headers() {
        List<String> pairs = headers.stream()
                .map(header -> header.replaceFirst("\\s*:\\s*", "="))
                .toList();
        return Wished.pairs(pairs, "--header");
    }

    private Call query(Call call) {
        Call asked = call;
        for (List<String> fields : List.of(texts, values)) {
            for (Map.Entry<String, String> field :
                    Wished.pairs(fields, "--field").entrySet()) {
                asked = asked.with(field.getKey(), field.getValue());
            }
        }
        return asked;
    }

    private JsonNode body(Given to) {
        JsonNode base = input == null ? JsonNodeFactory.instance.objectNode() : parsed("--input", read(to, input));
        if (base instanceof ObjectNode object) {
            Wished.pairs(texts, "--field").forEach(object::put);
            Wished.pairs(values, "--json-field").forEach((name, text) -> object.set(name, parsed(name, text)));
        }
        return base;
    }

    private static JsonNode parsed(String what, String text) {
        try {
            return JsonMapper.shared().readTree(text);
        } catch (JacksonException e) {
            throw new Complaint(
                    Exit.USAGE, "%s is no JSON: %s".formatted(what, e.getOriginalMessage()), "--field takes texts.");
        }
    }

    private static String read(Given to, String input) {
        try {
            return input.equals("-")
                    ? new String(to.world().in().readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(input));
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be read".formatted(input), e);
        }
    }
}
