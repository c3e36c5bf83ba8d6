import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the client's view of the API from its OpenAPI document, in every build: {@code Routes}, a constant for each operation; a record over the JSON
 * for each schema that is answered; one that is filled in for each schema that is sent. Run by the JDK from its source.
 */
public final class Generate {
    private static final String PACKAGE = "dev.berth.client.api";
    private static final Set<String> TAKEN = Set.of("json", "default", "wait", "notify", "hashCode", "toString", "getClass", "equals");

    private final JsonNode document;
    private final Path folder;
    private final Set<Path> written = new LinkedHashSet<>();

    private Generate(JsonNode document, Path target) throws IOException {
        this.document = document;
        this.folder = Files.createDirectories(target.resolve(PACKAGE.replace('.', '/')));
    }

    public static void main(String[] arguments) throws IOException {
        JsonNode document = JsonMapper.shared().readTree(Path.of(arguments[0]).toFile());
        new Generate(document, Path.of(arguments[1])).run();
    }

    private void run() throws IOException {
        routes();
        Set<String> sent = new TreeSet<>();
        Set<String> answered = new TreeSet<>();
        document.path("paths").forEach(item -> item.forEach(operation -> {
            collect(operation.path("requestBody"), sent);
            collect(operation.path("responses"), answered);
        }));
        for (String name : new TreeSet<>(document.path("components").path("schemas").propertyNames())) {
            JsonNode schema = document.path("components").path("schemas").path(name);
            if (answered.contains(name)) {
                write(name, view(name, schema));
            } else if (sent.contains(name)) {
                write(name, wish(name, schema));
            }
        }
        try (var files = Files.list(folder)) {
            for (Path stale : files.filter(file -> !written.contains(file)).toList()) {
                Files.delete(stale);
            }
        }
    }

    /** The schemas that something refers to, and those that they refer to. */
    private void collect(JsonNode node, Set<String> names) {
        JsonNode ref = node.path("$ref");
        if (ref.isString()) {
            String name = ref.asString().substring(ref.asString().lastIndexOf('/') + 1);
            if (names.add(name)) {
                collect(document.path("components").path("schemas").path(name), names);
            }
        }
        node.forEach(child -> collect(child, names));
    }

    private void routes() throws IOException {
        TreeMap<String, String> constants = new TreeMap<>();
        document.path("paths").forEachEntry((path, item) -> item.forEachEntry((verb, operation) -> {
            String name = (verb + path.replace("/v1/", "/")).replaceAll("[^A-Za-z0-9]+", "_").replaceAll("_$", "").toUpperCase(Locale.ROOT);
            List<String> query = new ArrayList<>();
            operation.path("parameters").forEach(parameter -> {
                if (parameter.path("in").asString().equals("query")) {
                    query.add(quoted(parameter.path("name").asString()));
                }
            });
            String scope = operation.path("x-scope").asString("");
            constants.put(name, """
                        /** %s. */
                        public static final Route %s = new Route("%s", "%s", "%s", "%s", List.of(%s));
                    """.formatted(comment(operation.path("summary").asString(name)), name, verb.toUpperCase(Locale.ROOT), path,
                    text(operation.path("summary").asString("")), scope, String.join(", ", query)));
        }));
        String all = String.join(", ", constants.keySet());
        write("Routes", """
                package %s;

                import java.util.List;

                /** Every route of the API. Made from its OpenAPI document. */
                public final class Routes {
                %s
                    private Routes() {}

                    /** All of them, by name. */
                    public static List<Route> all() {
                        return List.of(%s);
                    }
                }
                """.formatted(PACKAGE, String.join("\n", constants.values()), all));
    }

    /** What is answered: named members of a JSON object, of which unknown ones stay. */
    private String view(String name, JsonNode schema) {
        StringBuilder members = new StringBuilder();
        schema.path("properties").forEachEntry((property, type) -> members.append("""

                    /** {@code %s}. */
                    public %s %s() {
                        return %s;
                    }
                """.formatted(property, read(type), method(property), reading(property, type))));
        return """
                package %s;

                import java.time.Instant;
                import java.util.List;
                import org.jspecify.annotations.Nullable;
                import tools.jackson.databind.JsonNode;

                /** {@code %s} of the API: its JSON, and what is in it. Made from the OpenAPI document. */
                public record %s(JsonNode json) implements View {%s}
                """.formatted(PACKAGE, name, name, members);
    }

    private static String read(JsonNode type) {
        return switch (kind(type)) {
            case "string" -> "String";
            case "time" -> "@Nullable Instant";
            case "integer" -> "long";
            case "boolean" -> "boolean";
            case "ref" -> ref(type);
            case "strings" -> "List<String>";
            case "refs" -> "List<%s>".formatted(ref(type.path("items")));
            default -> "JsonNode";
        };
    }

    private static String reading(String property, JsonNode type) {
        String name = quoted(property);
        return switch (kind(type)) {
            case "string" -> "text(%s)".formatted(name);
            case "time" -> "time(%s)".formatted(name);
            case "integer" -> "number(%s)".formatted(name);
            case "boolean" -> "flag(%s)".formatted(name);
            case "ref" -> "new %s(json.path(%s))".formatted(ref(type), name);
            case "strings" -> "texts(%s)".formatted(name);
            case "refs" -> "all(%s, %s::new)".formatted(name, ref(type.path("items")));
            default -> "json.path(%s)".formatted(name);
        };
    }

    /** What is sent: each member is given, or left out by null. */
    private String wish(String name, JsonNode schema) {
        StringBuilder members = new StringBuilder();
        schema.path("properties").forEachEntry((property, type) -> members.append("""

                    /** Sets {@code %s}; null leaves it out. */
                    public %s %s(@Nullable %s value) {
                        Wish.put(json, %s, value);
                        return this;
                    }
                """.formatted(property, name, method(property), sent(type), quoted(property))));
        return """
                package %s;

                import java.util.List;
                import org.jspecify.annotations.Nullable;
                import tools.jackson.databind.JsonNode;
                import tools.jackson.databind.node.JsonNodeFactory;
                import tools.jackson.databind.node.ObjectNode;

                /** {@code %s} of the API, to be filled in and sent. Made from the OpenAPI document. */
                public record %s(ObjectNode json) implements Wish {
                    /** One with nothing in it. */
                    public %s() {
                        this(JsonNodeFactory.instance.objectNode());
                    }
                %s}
                """.formatted(PACKAGE, name, name, name, members);
    }

    private static String sent(JsonNode type) {
        return switch (kind(type)) {
            case "string", "time" -> "String";
            case "integer" -> "Number";
            case "boolean" -> "Boolean";
            case "strings" -> "List<String>";
            default -> "JsonNode";
        };
    }

    private static String kind(JsonNode type) {
        if (type.has("$ref")) {
            return "ref";
        }
        return switch (type.path("type").asString("")) {
            case "string" -> type.path("format").asString("").equals("date-time") ? "time" : "string";
            case "integer" -> "integer";
            case "boolean" -> "boolean";
            case "array" -> type.path("items").has("$ref") ? "refs" : type.path("items").path("type").asString("").equals("string") ? "strings" : "json";
            default -> "json";
        };
    }

    private static String ref(JsonNode type) {
        String ref = type.path("$ref").asString();
        return ref.substring(ref.lastIndexOf('/') + 1);
    }

    private static String method(String property) {
        StringBuilder name = new StringBuilder();
        for (String word : property.split("[^A-Za-z0-9]+")) {
            name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return TAKEN.contains(name.toString()) ? name + "Member" : name.toString();
    }

    private static String quoted(String text) {
        return '"' + text(text) + '"';
    }

    private static String text(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private static String comment(String text) {
        return text.replace("*/", "").replaceAll("[.]$", "");
    }

    private void write(String name, String source) throws IOException {
        Path file = folder.resolve(name + ".java");
        written.add(file);
        if (!Files.exists(file) || !Files.readString(file).equals(source)) {
            Files.writeString(file, source);
        }
    }
}
