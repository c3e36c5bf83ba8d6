package dev.berth.gateway;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * What a newer description of the API (OpenAPI 3.1) would break for a client of an older one: a route, a parameter, a kind of answer
 * or a field that is gone; something that became required; a type that changed; a value of a closed list that is gone. What is
 * added breaks nothing. Our own, since the library for it (openapi-diff) reads 3.0 only. Pure.
 */
final class Compatibility {
    private static final Set<String> VERBS = Set.of("get", "put", "post", "delete", "patch", "head", "options");

    private final JsonNode before;
    private final JsonNode after;
    private final List<String> breaks = new ArrayList<>();
    private final Set<String> compared = new HashSet<>();

    private Compatibility(JsonNode before, JsonNode after) {
        this.before = before;
        this.after = after;
    }

    /** Each thing that breaks, in a sentence; empty when nothing does. */
    static List<String> breaks(JsonNode before, JsonNode after) {
        Compatibility comparison = new Compatibility(before, after);
        comparison.routes();
        return List.copyOf(comparison.breaks);
    }

    private void routes() {
        for (Map.Entry<String, JsonNode> path : before.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                if (VERBS.contains(operation.getKey())) {
                    String route = operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey();
                    JsonNode now = after.path("paths").path(path.getKey()).path(operation.getKey());
                    if (now.isMissingNode()) {
                        breaks.add(route + ": the route is gone");
                    } else {
                        operation(route, operation.getValue(), now);
                    }
                }
            }
        }
    }

    private void operation(String route, JsonNode was, JsonNode now) {
        parameters(route, was.path("parameters"), now.path("parameters"));
        JsonNode body = was.path("requestBody");
        JsonNode bodyNow = now.path("requestBody");
        if (bodyNow.path("required").asBoolean(false) && !body.path("required").asBoolean(false)) {
            breaks.add(route + ": a body became required");
        }
        content(route + " body", body.path("content"), bodyNow.path("content"), true);
        for (Map.Entry<String, JsonNode> answer : was.path("responses").properties()) {
            JsonNode answerNow = now.path("responses").path(answer.getKey());
            String at = route + " " + answer.getKey();
            if (answer.getKey().startsWith("2") && answerNow.isMissingNode()) {
                breaks.add(at + ": the answer is gone");
            } else if (!answerNow.isMissingNode()) {
                content(at, answer.getValue().path("content"), answerNow.path("content"), false);
            }
        }
    }

    private void parameters(String route, JsonNode was, JsonNode now) {
        for (JsonNode parameter : was) {
            JsonNode same = parameter(now, parameter);
            String at =
                    "%s parameter %s".formatted(route, parameter.path("name").asString(""));
            if (same.isMissingNode()) {
                breaks.add(at + " is gone");
            } else {
                schema(at, parameter.path("schema"), same.path("schema"), true);
            }
        }
        for (JsonNode parameter : now) {
            JsonNode same = parameter(was, parameter);
            if (parameter.path("required").asBoolean(false)
                    && !same.path("required").asBoolean(false)) {
                breaks.add("%s parameter %s became required"
                        .formatted(route, parameter.path("name").asString("")));
            }
        }
    }

    private static JsonNode parameter(JsonNode all, JsonNode wanted) {
        for (JsonNode one : all) {
            if (one.path("name").equals(wanted.path("name")) && one.path("in").equals(wanted.path("in"))) {
                return one;
            }
        }
        return wanted.path("no such member");
    }

    private void content(String at, JsonNode was, JsonNode now, boolean sent) {
        for (Map.Entry<String, JsonNode> form : was.properties()) {
            JsonNode formNow = now.path(form.getKey());
            if (formNow.isMissingNode()) {
                breaks.add("%s: the form %s is gone".formatted(at, form.getKey()));
            } else {
                schema(at, form.getValue().path("schema"), formNow.path("schema"), sent);
            }
        }
    }

    /** Compares what is sent to the API, or what it answers. */
    private void schema(String at, JsonNode wasRef, JsonNode nowRef, boolean sent) {
        JsonNode was = resolved(before, wasRef);
        JsonNode now = resolved(after, nowRef);
        if (was.isMissingNode() || was.isEmpty()) {
            return; // anything was allowed, or nothing was said
        }
        String pair =
                wasRef.path("$ref").asString("") + " " + nowRef.path("$ref").asString("") + " " + sent;
        if (wasRef.has("$ref") && !compared.add(pair)) {
            return;
        }
        type(at, was, now, sent);
        values(at, was, now);
        for (Map.Entry<String, JsonNode> field : was.path("properties").properties()) {
            JsonNode fieldNow = now.path("properties").path(field.getKey());
            String inside = at + " ." + field.getKey();
            if (fieldNow.isMissingNode()) {
                breaks.add(inside + " is gone");
            } else {
                schema(inside, field.getValue(), fieldNow, sent);
            }
        }
        required(at, was, now, sent);
        if (was.has("items")) {
            schema(at + " []", was.path("items"), now.path("items"), sent);
        }
        if (was.path("additionalProperties").isObject()) {
            schema(at + " .*", was.path("additionalProperties"), now.path("additionalProperties"), sent);
        }
        for (String choice : List.of("oneOf", "anyOf", "allOf")) {
            if (was.path(choice).size() > now.path(choice).size()) {
                breaks.add("%s: %s has fewer choices".formatted(at, choice));
            } else {
                for (int i = 0; i < was.path(choice).size(); i++) {
                    schema(at, was.path(choice).get(i), now.path(choice).get(i), sent);
                }
            }
        }
    }

    private void type(String at, JsonNode was, JsonNode now, boolean sent) {
        Set<String> types = words(was.path("type"));
        Set<String> typesNow = words(now.path("type"));
        if (types.isEmpty()) {
            return;
        }
        // What is sent may be as much as before; what is answered is no more than before.
        boolean fits = sent
                ? typesNow.isEmpty() || typesNow.containsAll(types)
                : types.containsAll(typesNow) && !typesNow.isEmpty();
        if (!fits) {
            breaks.add("%s: the type was %s and is %s".formatted(at, types, typesNow));
        }
    }

    private void values(String at, JsonNode was, JsonNode now) {
        Set<String> gone = words(was.path("enum"));
        if (now.has("enum")) {
            gone.removeAll(words(now.path("enum")));
            if (!gone.isEmpty()) {
                breaks.add("%s: the values %s are gone".formatted(at, gone));
            }
            if (!was.has("enum")) {
                breaks.add(at + ": any value was allowed, and only some are");
            }
        }
    }

    private void required(String at, JsonNode was, JsonNode now, boolean sent) {
        Set<String> fresh = words((sent ? now : was).path("required"));
        fresh.removeAll(words((sent ? was : now).path("required")));
        for (String field : fresh) {
            breaks.add("%s .%s %s".formatted(at, field, sent ? "became required" : "is not always there any more"));
        }
    }

    private static JsonNode resolved(JsonNode document, JsonNode schema) {
        return schema.has("$ref") ? document.at(schema.path("$ref").asString("").substring(1)) : schema;
    }

    /** A text, or the texts of a list. */
    private static Set<String> words(JsonNode node) {
        Set<String> words = new TreeSet<>();
        if (node.isArray()) {
            node.forEach(one -> words.add(one.asString(one.toString())));
        } else if (node.isString()) {
            words.add(node.asString());
        }
        return words;
    }
}
