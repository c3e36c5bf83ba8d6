package dev.berth.gateway.portal;

import dev.berth.schema.wire.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The API's description, arranged for people; pure. */
record ApiReference(String intro, List<Group> groups) {
    /** Routes that belong together. */
    record Group(String name, String anchor, String description, List<Route> operations) {}

    /** A route. */
    record Route(
            String method,
            String verb,
            String path,
            String anchor,
            String summary,
            @Nullable String description,
            @Nullable String access,
            List<Argument> parameters,
            @Nullable String body,
            String status,
            @Nullable String answer) {}

    /** A parameter. */
    record Argument(String name, String in, String text) {}

    private static final int DEEPEST = 6;
    private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");

    /** Reads an OpenAPI document. */
    static ApiReference of(JsonNode document) {
        Map<String, List<Route>> byGroup = new LinkedHashMap<>();
        ApiWords.GROUPS.keySet().forEach(group -> byGroup.put(group, new ArrayList<>()));
        document.path("paths")
                .properties()
                .forEach(path -> METHODS.forEach(method -> {
                    JsonNode operation = path.getValue().path(method);
                    if (operation.isObject()) {
                        String group = operation.path("tags").path(0).asString("Account");
                        byGroup.computeIfAbsent(group, key -> new ArrayList<>())
                                .add(route(document, method, path.getKey(), operation));
                    }
                }));
        List<Group> groups = byGroup.entrySet().stream()
                .filter(group -> !group.getValue().isEmpty())
                .map(group -> new Group(
                        group.getKey(),
                        group.getKey().toLowerCase(Locale.ROOT).replace(' ', '-'),
                        ApiWords.GROUPS.getOrDefault(group.getKey(), ""),
                        group.getValue().stream()
                                .sorted(Comparator.comparing(Route::path)
                                        .thenComparingInt(one -> METHODS.indexOf(one.verb())))
                                .toList()))
                .toList();
        return new ApiReference(plain(document.path("info").path("description").asString("")), groups);
    }

    private static Route route(JsonNode document, String method, String path, JsonNode operation) {
        List<Argument> parameters = new ArrayList<>();
        for (JsonNode parameter : operation.path("parameters")) {
            parameters.add(new Argument(
                    parameter.path("name").asString(""),
                    parameter.path("in").asString(""),
                    plain(parameter.path("description").asString(""))));
        }
        String status = "";
        JsonNode answer = JsonNodeFactory.instance.missingNode();
        for (Map.Entry<String, JsonNode> response : operation.path("responses").properties()) {
            if (response.getKey().startsWith("2")) {
                status = response.getKey();
                answer = schema(response.getValue().path("content"));
                break;
            }
        }
        JsonNode body = schema(operation.path("requestBody").path("content"));
        String description = operation.path("description").asString("");
        return new Route(
                method.toUpperCase(Locale.ROOT),
                method,
                path,
                operation.path("operationId").asString(""),
                operation.path("summary").asString(path),
                description.isEmpty() ? null : plain(description),
                operation.has("x-scope") ? operation.path("x-scope").asString() : null,
                List.copyOf(parameters),
                body.isMissingNode() ? null : pretty(sample(document, body, 0)),
                status,
                answer.isMissingNode() ? null : pretty(sample(document, answer, 0)));
    }

    private static JsonNode schema(JsonNode content) {
        for (Map.Entry<String, JsonNode> form : content.properties()) {
            JsonNode schema = form.getValue().path("schema");
            if (!form.getKey().startsWith("text/") || content.size() == 1) {
                return schema;
            }
        }
        return JsonNodeFactory.instance.missingNode();
    }

    /** What a value of a schema looks like: types in place of values. */
    private static JsonNode sample(JsonNode document, JsonNode schema, int depth) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (depth > DEEPEST) {
            return json.stringNode("…");
        }
        if (schema.has("$ref")) {
            String name = schema.path("$ref").asString("").replace("#/components/schemas/", "");
            return sample(document, document.path("components").path("schemas").path(name), depth + 1);
        }
        for (String choice : List.of("oneOf", "anyOf", "allOf")) {
            if (schema.path(choice).isArray() && !schema.path(choice).isEmpty()) {
                return sample(document, schema.path(choice).get(0), depth + 1);
            }
        }
        if (schema.path("enum").isArray()) {
            List<String> words = new ArrayList<>();
            schema.path("enum").forEach(word -> words.add(word.asString("")));
            return json.stringNode(String.join(" | ", words));
        }
        if (schema.has("properties")) {
            ObjectNode object = json.objectNode();
            schema.path("properties")
                    .properties()
                    .forEach(one -> object.set(one.getKey(), sample(document, one.getValue(), depth + 1)));
            return object;
        }
        return switch (type(schema)) {
            case "array" -> {
                ArrayNode array = json.arrayNode();
                array.add(sample(document, schema.path("items"), depth + 1));
                yield array;
            }
            case "integer", "number" -> json.numberNode(0);
            case "boolean" -> json.booleanNode(true);
            case "object" -> json.objectNode();
            default -> json.stringNode(schema.path("format").asString("string"));
        };
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (!type.isArray()) {
            return type.asString("");
        }
        for (JsonNode one : type) {
            if (!one.asString("").equals("null")) {
                return one.asString("");
            }
        }
        return "";
    }

    private static String pretty(JsonNode value) {
        if (value.isString()) {
            return value.asString();
        }
        return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(value);
    }

    /** Text without the marks that a reader of Markdown would take away. */
    private static String plain(String text) {
        return text.replace("`", "");
    }
}
