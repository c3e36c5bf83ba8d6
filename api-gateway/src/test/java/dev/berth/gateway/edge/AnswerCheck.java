package dev.berth.gateway.edge;

import dev.berth.gateway.edge.GeneratedRequests.Request;
import dev.berth.schema.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Holds an answer against the document: its status and its form are ones that the operation names, and an error is a whole problem. */
final class AnswerCheck {
    /** Of services that are played and not there. */
    private static final List<String> AWAY = List.of("upstream_unavailable", "result_unknown", "unavailable");

    private static final int MOST_DEPTH = 12;

    private final JsonNode document;

    AnswerCheck(JsonNode document) {
        this.document = document;
    }

    /** What is wrong with an answer; empty when nothing is. */
    List<String> faults(Request request, String route, int status, @Nullable String type, String body) {
        List<String> faults = new ArrayList<>();
        JsonNode answers = document.path("paths")
                .path(route)
                .path(request.verb().toLowerCase(Locale.ROOT))
                .path("responses");
        JsonNode answer = answers.path(String.valueOf(status));
        if (answer.isMissingNode()) {
            faults.add("the document names no answer %d, only %s".formatted(status, answers.propertyNames()));
        }
        if (status >= 400) {
            problem(status, type, body, faults);
        } else if (status == 204 && !body.isEmpty()) {
            faults.add("an answer without content has some: " + body);
        } else if (type != null && type.startsWith("application/json")) {
            JsonNode content = answer.path("content");
            JsonNode schema = (content.has("application/json") ? content.path("application/json") : content.path("*/*"))
                    .path("schema");
            shape("", schema, Json.mapper().readTree(body), 0, faults);
        }
        return faults;
    }

    private static void problem(int status, @Nullable String type, String body, List<String> faults) {
        if (type == null || !type.startsWith("application/problem+json")) {
            faults.add("an error of the type %s: %s".formatted(type, body));
            return;
        }
        JsonNode problem;
        try {
            problem = Json.mapper().readTree(body);
        } catch (JacksonException e) {
            faults.add("an error that is no JSON: " + body);
            return;
        }
        for (String member : List.of("type", "title", "detail", "code", "hint", "request_id")) {
            if (problem.path(member).asString("").isBlank()) {
                faults.add("an error without %s: %s".formatted(member, body));
            }
        }
        if (problem.path("status").asInt(0) != status) {
            faults.add("an error that says another status than %d: %s".formatted(status, body));
        }
        if (status >= 500 && !AWAY.contains(problem.path("code").asString())) {
            faults.add("%d: %s".formatted(status, body));
        }
    }

    private void shape(String path, JsonNode given, JsonNode value, int depth, List<String> faults) {
        JsonNode schema = resolved(given);
        if (depth > MOST_DEPTH || value.isNull() || schema.isMissingNode() || faults.size() > 5) {
            return;
        }
        if (schema.has("oneOf")) {
            List<String> best = null;
            for (JsonNode one : schema.path("oneOf")) {
                List<String> here = new ArrayList<>();
                shape(path, one, value, depth + 1, here);
                best = best == null || here.size() < best.size() ? here : best;
            }
            faults.addAll(best == null ? List.of() : best);
            return;
        }
        String type = schema.path("type").asString("");
        boolean fits = switch (type) {
            case "string" -> value.isString();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            default -> true;
        };
        if (!fits) {
            faults.add("%s is no %s: %s".formatted(path, type, value));
            return;
        }
        JsonNode known = schema.path("enum");
        if (known.isArray() && known.valueStream().noneMatch(value::equals)) {
            faults.add("%s is none of %s: %s".formatted(path, known, value));
        }
        if (value.isArray()) {
            value.forEach(item -> shape(path + "[]", schema.path("items"), item, depth + 1, faults));
        }
        if (value.isObject() && schema.has("properties")) {
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                JsonNode property = schema.path("properties").path(field.getKey());
                if (!property.isMissingNode()) {
                    shape(path + "." + field.getKey(), property, field.getValue(), depth + 1, faults);
                } else if (!schema.has("additionalProperties")) {
                    faults.add("%s.%s is not in the document".formatted(path, field.getKey()));
                }
            }
            for (JsonNode needed : schema.path("required")) {
                if (!value.has(needed.asString())) {
                    faults.add("%s.%s is missing".formatted(path, needed.asString()));
                }
            }
        }
    }

    private JsonNode resolved(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.isEmpty()
                ? schema
                : document.path("components").path("schemas").path(reference.substring(reference.lastIndexOf('/') + 1));
    }
}
