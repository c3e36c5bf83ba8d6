package dev.berth.client;

import dev.berth.client.api.Finding;
import dev.berth.client.api.Routes;
import dev.berth.client.api.StackPlan;
import dev.berth.client.api.StackRequest;
import dev.berth.client.api.StackView;
import dev.berth.client.api.WorkloadView;
import dev.berth.client.call.Answer;
import dev.berth.client.call.Call;
import dev.berth.client.screen.Screen;
import dev.berth.client.screen.Table;
import dev.berth.client.screen.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Compose files. */
@Command(
        name = "stack",
        description = "Workloads that a Compose file makes.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class StackCommands {
    private static final Pattern NAME = Pattern.compile("(?m)^name:\\s*[\"']?([A-Za-z0-9._-]+)");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_][A-Za-z0-9_]*)");

    /** A file and what goes with it. */
    static final class Source {
        @Parameters(index = "0", paramLabel = "FILE", description = "A Compose file.")
        private @Nullable Path file;

        @Option(names = "--name", description = "Of the stack (default: the file's own, or its folder's).")
        private @Nullable String name;

        @Option(
                names = "--var",
                paramLabel = "NAME=VALUE",
                description =
                        "For ${NAME} in the file; otherwise .env beside it, then this environment, of the names that it has.")
        private List<String> variables = new ArrayList<>();

        @Option(names = "--image", paramLabel = "SERVICE=IMAGE", description = "For a service that the file builds.")
        private List<String> images = new ArrayList<>();

        @Option(names = "--size", paramLabel = "SERVICE=SIZE")
        private List<String> sizes = new ArrayList<>();

        @Option(
                names = "--with-file",
                paramLabel = "PATH",
                description = "An env_file that the file names, as it names it.")
        private List<Path> files = new ArrayList<>();

        @Option(names = "--compose-profile", paramLabel = "NAME", description = "A profile of the file that is on.")
        private List<String> profiles = new ArrayList<>();

        @Option(names = "--leave-out", paramLabel = "PLACE", description = "Such as services.web.volumes[0].")
        private List<String> leaveOut = new ArrayList<>();

        @Option(names = "--partial", description = "Make what can be had although the rest cannot.")
        private boolean partial;

        StackRequest request(Map<String, String> environment) {
            Path path = java.util.Objects.requireNonNull(file).toAbsolutePath();
            String compose = read(path);
            ObjectNode contents = JsonNodeFactory.instance.objectNode();
            Path folder = java.util.Objects.requireNonNull(path.getParent());
            files.forEach(one -> contents.put(one.toString(), read(folder.resolve(one))));
            return new StackRequest()
                    .name(nameOf(compose, folder))
                    .compose(compose)
                    .variables(object(variables(compose, folder, environment)))
                    .images(object(Wished.pairs(images, "--image")))
                    .sizes(object(Wished.pairs(sizes, "--size")))
                    .files(contents.isEmpty() ? null : contents)
                    .profiles(profiles.isEmpty() ? null : profiles)
                    .leaveOut(leaveOut.isEmpty() ? null : leaveOut)
                    .partial(partial ? true : null);
        }

        private String nameOf(String compose, Path folder) {
            if (name != null) {
                return name;
            }
            Matcher own = NAME.matcher(compose);
            return own.find()
                    ? own.group(1)
                    : String.valueOf(folder.getFileName())
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^a-z0-9_-]", "");
        }

        /** Only what the file names: the rest of an environment is nobody's business. */
        private Map<String, String> variables(String compose, Path folder, Map<String, String> environment) {
            Map<String, String> known = new LinkedHashMap<>(environment);
            Path beside = folder.resolve(".env");
            if (Files.exists(beside)) {
                List<String> lines = read(beside)
                        .lines()
                        .map(String::strip)
                        .filter(line -> line.indexOf('=') > 0 && !line.startsWith("#"))
                        .toList();
                Wished.pairs(lines, ".env").forEach(known::putIfAbsent);
            }
            known.putAll(Wished.pairs(variables, "--var"));
            Map<String, String> named = new LinkedHashMap<>();
            Matcher names = VARIABLE.matcher(compose);
            while (names.find()) {
                String value = known.get(names.group(1));
                if (value != null) {
                    named.put(names.group(1), value);
                }
            }
            return named;
        }

        private static @Nullable ObjectNode object(Map<String, String> pairs) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            pairs.forEach(object::put);
            return object.isEmpty() ? null : object;
        }

        private static String read(Path path) {
            try {
                return Files.readString(path);
            } catch (IOException e) {
                throw new UncheckedIOException("%s cannot be read: %s".formatted(path, e), e);
            }
        }
    }

    @Command(description = "Makes a stack of a file, or changes the one of its name.", mixinStandardHelpOptions = true)
    int deploy(@Mixin Given given, @Mixin ChangeCommands.Patience patience, @Mixin Source source) {
        StackRequest request = source.request(given.environment());
        String name = request.json().path("name").asString("");
        Optional<StackView> present = given
                .gateway()
                .all(Call.of(Routes.GET_STACKS).call())
                .stream()
                .map(StackView::new)
                .filter(stack -> stack.name().equals(name))
                .findFirst();
        Call call;
        if (present.isPresent()) {
            request.name(null); // it is found by its name, which cannot be changed
            call = Call.of(Routes.PUT_STACKS_ID, present.get().id())
                    .call()
                    .header("If-Match", present.get().etag());
        } else {
            call = Call.of(Routes.POST_STACKS).call();
        }
        Answer accepted = given.gateway().send(call.sending(request));
        StackView stack = new StackView(accepted.json());
        findings(given, stack.findings());
        patience.await(given, accepted);
        if (given.json()) {
            given.screen().json(accepted.json());
        } else {
            given.screen().line(given.quiet() ? stack.id() : "%s  %s".formatted(Words.clean(stack.name()), stack.id()));
        }
        return Exit.OK;
    }

    @Command(description = "Says what a file would become, and changes nothing.", mixinStandardHelpOptions = true)
    int plan(@Mixin Given given, @Mixin Source source) {
        JsonNode json = given.gateway()
                .send(Call.of(Routes.POST_STACKS)
                        .call()
                        .with("dry_run", true)
                        .sending(source.request(given.environment())))
                .json();
        StackPlan plan = new StackPlan(json);
        if (given.json()) {
            given.screen().json(json);
        } else {
            Table table = new Table("NAME", "KIND", "IMAGE", ">REPLICAS", "SIZE");
            json.path("workloads")
                    .forEach(one -> table.row(
                            one.path("name").asString(""),
                            one.path("kind").asString(""),
                            one.path("image").asString(""),
                            one.path("replicas").asString("1"),
                            one.path("size").asString("")));
            given.screen().table(table);
            findings(given, plan.findings());
        }
        return plan.allowed() ? Exit.OK : Exit.REFUSED;
    }

    private static void findings(Given given, List<Finding> findings) {
        for (Finding finding : findings) {
            String line = finding.has("line") ? " (line %d)".formatted(finding.line()) : "";
            given.say(Words.clean("%s: %s%s: %s%s"
                    .formatted(
                            finding.severity(),
                            finding.path(),
                            line,
                            finding.message(),
                            finding.hint().isEmpty() ? "" : " " + finding.hint())));
        }
    }

    @Command(description = "Lists stacks.", mixinStandardHelpOptions = true)
    int ls(@Mixin Given given) {
        List<JsonNode> rows = given.gateway().all(Call.of(Routes.GET_STACKS).call());
        Screen screen = given.screen();
        if (given.json()) {
            screen.json(WorkloadCommands.page(rows));
            return Exit.OK;
        }
        Table table = new Table("NAME", "ID", ">WORKLOADS", ">READY");
        for (JsonNode row : rows) {
            StackView stack = new StackView(row);
            long ready = stack.workloads().stream()
                    .filter(one -> one.observed().ready() >= one.replicas())
                    .count();
            if (given.quiet()) {
                screen.line(stack.id());
            }
            table.row(stack.name(), stack.id(), stack.workloads().size(), ready);
        }
        if (!given.quiet()) {
            screen.table(table);
        }
        return Exit.OK;
    }

    @Command(description = "Writes a Compose file that would make a stack as it is.", mixinStandardHelpOptions = true)
    int export(@Mixin Given given, @Parameters(paramLabel = "STACK") String name) {
        Call call = Call.of(Routes.GET_STACKS_ID_COMPOSE, find(given, name).id())
                .call()
                .header("Accept", "application/yaml");
        given.world().out().print(given.gateway().send(call).text());
        return Exit.OK;
    }

    @Command(description = "Deletes a stack and its workloads; volumes stay.", mixinStandardHelpOptions = true)
    int rm(@Mixin Given given, @Parameters(paramLabel = "STACK") String name) {
        StackView stack = find(given, name);
        given.gateway().send(Call.of(Routes.DELETE_STACKS_ID, stack.id()).call());
        given.screen().line(given.quiet() ? stack.id() : Words.clean(stack.name()));
        return Exit.OK;
    }

    @Command(description = "Lists the workloads of a stack.", mixinStandardHelpOptions = true)
    int ps(@Mixin Given given, @Parameters(paramLabel = "STACK") String name) {
        StackView stack = find(given, name);
        if (given.json()) {
            given.screen().json(stack.json());
            return Exit.OK;
        }
        Table table = new Table("NAME", "ID", "IMAGE", "STATE", ">READY");
        for (WorkloadView one : stack.workloads()) {
            table.row(
                    one.name(),
                    one.id(),
                    one.image(),
                    one.observed().state(),
                    "%d/%d".formatted(one.observed().ready(), one.replicas()));
        }
        given.screen().table(table);
        return Exit.OK;
    }

    private static StackView find(Given given, String name) {
        return new StackView(Lookup.row(given.gateway(), Routes.GET_STACKS, "stack", name, "id", "name"));
    }
}
