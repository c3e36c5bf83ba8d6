package dev.berth.client;

import dev.berth.client.api.WorkloadRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What of a workload can be given by options; all of the API's other fields by {@code --set}. */
final class Wished {
    @Option(names = "--size", description = "xs, s, m, l or xl.")
    private @Nullable String size;

    @Option(names = "--cpu", paramLabel = "MILLIS", description = "Instead of a size, with --memory.")
    private @Nullable Integer cpuMillis;

    @Option(names = "--memory", paramLabel = "MIB")
    private @Nullable Integer memoryMib;

    @Option(names = "--replicas", paramLabel = "N")
    private @Nullable Integer replicas;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME[=VALUE]",
            description = "A variable; without a value it is this environment's.")
    private List<String> env = new ArrayList<>();

    @Option(names = "--env-file", paramLabel = "FILE", description = "Variables, one NAME=VALUE a line.")
    private List<Path> envFiles = new ArrayList<>();

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "A port that it listens on.")
    private List<Integer> ports = new ArrayList<>();

    @Option(
            names = {"-v", "--volume"},
            paramLabel = "VOLUME:PATH[:ro]",
            description = "A volume in its file system.")
    private List<String> volumes = new ArrayList<>();

    @Option(
            names = "--secret",
            paramLabel = "NAME[=VARIABLE|=/PATH]",
            description = "A secret as a file or a variable.")
    private List<String> secrets = new ArrayList<>();

    @Option(
            names = {"-l", "--label"},
            paramLabel = "NAME=VALUE")
    private List<String> labels = new ArrayList<>();

    @Option(names = "--restart", description = "always, on_failure or never.")
    private @Nullable String restart;

    @Option(names = "--user", paramLabel = "USER")
    private @Nullable String user;

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "PATH")
    private @Nullable String workdir;

    @Option(names = "--entrypoint", paramLabel = "PROGRAM", description = "Instead of the image's.")
    private @Nullable String entrypoint;

    @Option(names = "--pull", description = "always or if_not_present.")
    private @Nullable String pull;

    @Option(
            names = "--set",
            paramLabel = "FIELD=VALUE",
            description =
                    "Any other field of the API, its value as JSON or as text; such as --set 'health_check={\"type\":\"http\",\"port\":8080}'.")
    private List<String> fields = new ArrayList<>();

    /** Fills a request with what was given. */
    void into(WorkloadRequest wish, Map<String, String> environment) {
        Map<String, String> variables = variables(environment);
        wish.size(size)
                .cpuMillis(cpuMillis)
                .memoryMib(memoryMib)
                .replicas(replicas)
                .env(variables.isEmpty() ? null : object(variables))
                .labels(labels.isEmpty() ? null : object(pairs(labels, "--label")))
                .ports(ports.isEmpty() ? null : ports())
                .volumes(volumes.isEmpty() ? null : mounts())
                .secrets(secrets.isEmpty() ? null : secrets())
                .restart(restart)
                .user(user)
                .workingDir(workdir)
                .command(entrypoint == null ? null : List.of(entrypoint))
                .pullPolicy(pull);
        pairs(fields, "--set").forEach((name, value) -> wish.json().set(name, valueOf(value)));
    }

    /** JSON where it is some, the text otherwise. */
    static JsonNode valueOf(String text) {
        try {
            JsonNode json = JsonMapper.shared().readTree(text);
            return json == null || json.isMissingNode() ? JsonNodeFactory.instance.stringNode(text) : json;
        } catch (JacksonException e) {
            return JsonNodeFactory.instance.stringNode(text);
        }
    }

    static Map<String, String> pairs(List<String> words, String option) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("%s %s: NAME=VALUE is wanted".formatted(option, word));
            }
            pairs.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return pairs;
    }

    private Map<String, String> variables(Map<String, String> environment) {
        List<String> words = new ArrayList<>();
        for (Path file : envFiles) {
            try {
                Files.readString(file, StandardCharsets.UTF_8)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .forEach(words::add);
            } catch (IOException e) {
                throw new UncheckedIOException("%s cannot be read".formatted(file), e);
            }
        }
        words.addAll(env);
        List<String> whole = new ArrayList<>();
        for (String word : words) {
            if (word.contains("=")) {
                whole.add(word);
            } else if (environment.containsKey(word)) {
                whole.add(word + "=" + environment.get(word));
            }
        }
        return pairs(whole, "--env");
    }

    private static ObjectNode object(Map<String, String> pairs) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        pairs.forEach(object::put);
        return object;
    }

    private ArrayNode ports() {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        ports.forEach(array::add);
        return array;
    }

    private ArrayNode mounts() {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (String volume : volumes) {
            String[] parts = volume.split(":", 3);
            if (parts.length < 2) {
                throw new IllegalArgumentException("--volume %s: VOLUME:PATH[:ro] is wanted".formatted(volume));
            }
            ObjectNode mount = array.addObject().put("volume", parts[0]).put("path", parts[1]);
            if (parts.length == 3) {
                mount.put("read_only", parts[2].equals("ro"));
            }
        }
        return array;
    }

    private ArrayNode secrets() {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (String secret : secrets) {
            String[] parts = secret.split("=", 2);
            ObjectNode one = array.addObject().put("name", parts[0]);
            if (parts.length == 2) {
                one.put(parts[1].startsWith("/") ? "path" : "env", parts[1]);
            }
        }
        return array;
    }
}
