package dev.berth.client;

import dev.berth.client.api.ApiKey;
import dev.berth.client.api.NewKey;
import dev.berth.client.api.Route;
import dev.berth.client.api.Routes;
import dev.berth.client.api.SecretView;
import dev.berth.client.api.VolumeRequest;
import dev.berth.client.api.VolumeView;
import dev.berth.client.call.Answer;
import dev.berth.client.call.Call;
import dev.berth.client.call.Gateway;
import dev.berth.client.screen.Table;
import dev.berth.client.screen.Words;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Volumes, secrets and keys: without a word they are listed. */
final class ThingCommands {
    private ThingCommands() {}

    private static final String LIST = "ls";

    @Command(
            description = "Volumes: ls; create NAME GIB; rm NAME, which can be taken back for some days.",
            mixinStandardHelpOptions = true)
    static int volumes(
            @Mixin Given given,
            @Parameters(index = "0", defaultValue = LIST, paramLabel = "ls|create|rm") String verb,
            @Parameters(index = "1", arity = "0..1", paramLabel = "NAME") @Nullable String name,
            @Parameters(index = "2", arity = "0..1", paramLabel = "GIB") @Nullable Integer gib) {
        Gateway gateway = given.gateway();
        switch (verb) {
            case LIST -> {
                Table table = new Table("NAME", "ID", "STATE", ">GIB", "MOUNTED BY", "CREATED");
                list(given, Routes.GET_VOLUMES, table, row -> {
                    VolumeView volume = new VolumeView(row);
                    table.row(
                            volume.name(),
                            volume.id(),
                            volume.observed().text("state"),
                            volume.sizeGib(),
                            String.join(
                                    ", ",
                                    volume.mountedBy().stream()
                                            .map(one -> one.text("name"))
                                            .toList()),
                            Words.time(volume.createdAt()));
                });
            }
            case "create" ->
                shown(
                        given,
                        gateway.send(Call.of(Routes.POST_VOLUMES)
                                .call()
                                .sending(new VolumeRequest().name(named(name)).sizeGib(gib))));
            case "rm" -> {
                JsonNode volume = Lookup.row(gateway, Routes.GET_VOLUMES, "volume", named(name), "id", "name");
                shown(
                        given,
                        gateway.send(Call.of(
                                        Routes.DELETE_VOLUMES_ID,
                                        volume.path("id").asString())
                                .call()),
                        volume);
            }
            default -> throw unknown(verb, "ls, create, rm");
        }
        return Exit.OK;
    }

    @Command(
            description = {
                "Secrets: ls; set NAME, its value from standard input; rm NAME.",
                "What uses a secret has its new value after 'set'."
            },
            mixinStandardHelpOptions = true)
    static int secrets(
            @Mixin Given given,
            @Parameters(index = "0", defaultValue = LIST, paramLabel = "ls|set|rm") String verb,
            @Parameters(index = "1", arity = "0..1", paramLabel = "NAME") @Nullable String name) {
        Gateway gateway = given.gateway();
        switch (verb) {
            case LIST -> {
                Table table = new Table("NAME", "ID", ">VERSION", "USED BY", "CHANGED");
                list(given, Routes.GET_SECRETS, table, row -> {
                    SecretView secret = new SecretView(row);
                    table.row(
                            secret.name(),
                            secret.id(),
                            secret.version(),
                            String.join(
                                    ", ",
                                    secret.usedBy().stream()
                                            .map(one -> one.text("name"))
                                            .toList()),
                            Words.time(secret.updatedAt()));
                });
            }
            case "set" -> {
                String value = new Questions(given.world()).whole("Value");
                String wanted = named(name);
                Optional<JsonNode> present = gateway
                        .all(Call.of(Routes.GET_SECRETS).call())
                        .stream()
                        .filter(row -> row.path("name").asString("").equals(wanted))
                        .findFirst();
                var body = JsonNodeFactory.instance.objectNode().put("value", value);
                Call call = present.map(row -> Call.of(
                                        Routes.PATCH_SECRETS_ID, row.path("id").asString())
                                .call()
                                .sending(body))
                        .orElseGet(() -> Call.of(Routes.POST_SECRETS).call().sending(body.put("name", wanted)));
                shown(given, gateway.send(call));
            }
            case "rm" -> {
                JsonNode secret = Lookup.row(gateway, Routes.GET_SECRETS, "secret", named(name), "id", "name");
                shown(
                        given,
                        gateway.send(Call.of(
                                        Routes.DELETE_SECRETS_ID,
                                        secret.path("id").asString())
                                .call()),
                        secret);
            }
            default -> throw unknown(verb, "ls, set, rm");
        }
        return Exit.OK;
    }

    @Command(
            description = "API keys: ls; create NAME, whose secret is shown once; rm ID.",
            mixinStandardHelpOptions = true)
    static int keys(
            @Mixin Given given,
            @Parameters(index = "0", defaultValue = LIST, paramLabel = "ls|create|rm") String verb,
            @Parameters(index = "1", arity = "0..1", paramLabel = "NAME|ID") @Nullable String name,
            @Option(
                            names = "--scope",
                            paramLabel = "SCOPE",
                            description = "Such as workloads:read; all if none is given.")
                    @Nullable
                    List<String> scopes) {
        Gateway gateway = given.gateway();
        switch (verb) {
            case LIST -> {
                Table table = new Table("NAME", "ID", "BEGINS", "SCOPES", "LAST USED");
                list(given, Routes.GET_API_KEYS, table, row -> {
                    ApiKey key = new ApiKey(row);
                    table.row(
                            key.name(),
                            key.id(),
                            key.prefix(),
                            String.join(" ", key.texts("scopes")),
                            Words.time(key.lastUsedAt()));
                });
            }
            case "create" -> {
                JsonNode made = gateway.send(Call.of(Routes.POST_API_KEYS)
                                .call()
                                .sending(new NewKey().name(named(name)).scopes(scopes)))
                        .json();
                if (given.json()) {
                    given.screen().json(made);
                } else {
                    given.screen()
                            .line(made.path(given.quiet() ? "id" : "secret").asString(""));
                }
            }
            case "rm" -> {
                JsonNode key = Lookup.row(gateway, Routes.GET_API_KEYS, "key", named(name), "id", "prefix");
                shown(
                        given,
                        gateway.send(Call.of(
                                        Routes.DELETE_API_KEYS_ID,
                                        key.path("id").asString())
                                .call()),
                        key);
            }
            default -> throw unknown(verb, "ls, create, rm");
        }
        return Exit.OK;
    }

    private static void list(Given given, Route route, Table table, Consumer<JsonNode> row) {
        List<JsonNode> rows = given.gateway().all(Call.of(route).call());
        if (given.json()) {
            given.screen().json(WorkloadCommands.page(rows));
        } else if (given.quiet()) {
            rows.forEach(one -> given.screen().line(one.path("id").asString("")));
        } else {
            rows.forEach(row);
            given.screen().table(table);
        }
    }

    private static void shown(Given given, Answer answer) {
        shown(given, answer, answer.json());
    }

    private static void shown(Given given, Answer answer, JsonNode thing) {
        if (!given.json()) {
            String name = Words.clean(thing.path("name").asString(""));
            given.screen().line(given.quiet() ? thing.path("id").asString("") : name);
        } else if (!answer.text().isBlank()) {
            given.screen().json(answer.json());
        }
    }

    private static String named(@Nullable String name) {
        if (name == null) {
            throw new Complaint(Exit.USAGE, "A name is missing.", "--help shows what is wanted.");
        }
        return name;
    }

    private static Complaint unknown(String verb, String known) {
        return new Complaint(Exit.USAGE, "'%s' is not known.".formatted(verb), "Known are " + known + ".");
    }
}
