package dev.berth.gateway.edge;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Requests made of the document of the API: each parameter and each field as it should be, or as it should not. The same seed makes the same
 * requests, but for the ids. Not thread-safe.
 */
final class GeneratedRequests {
    /** A request as it is sent; the body as bytes, since some are no text. */
    @SuppressWarnings("ArrayRecordComponent") // made, sent and forgotten
    record Request(String verb, String path, Map<String, String> headers, byte @Nullable [] body) {
        @Override
        public String toString() {
            String text = body == null ? "" : new String(body, StandardCharsets.UTF_8);
            return "%s %s %s %s"
                    .formatted(verb, path, headers, text.length() > 400 ? text.substring(0, 400) + "…" : text);
        }
    }

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int DEEP = 1200;
    private static final List<String> NEEDED =
            List.of("name", "kind", "image", "cpu_millis", "memory_mib", "compose", "value");

    /** What a text, a name or a number may be that nobody expects. */
    private static final List<String> ODD = List.of(
            "",
            " ",
            "\0",
            "a\0b",
            "null",
            "..",
            "../../etc/passwd",
            "%00",
            "%s%n",
            "'; drop table account; --",
            "${jndi:ldap://x}",
            "<script>alert(1)</script>",
            "\ud83d\ude80\u202e\ufeff",
            "\ud800",
            "A\u0301\u0301\u0301",
            "\r\nX-Injected: 1",
            "-1",
            "0",
            "2147483648",
            "9223372036854775808",
            "1e999999999",
            "NaN",
            "true",
            "[]",
            "*",
            "wl_00000000000000000000000000",
            "wl_7zzzzzzzzzzzzzzzzzzzzzzzzz",
            "acct_01ktm9p4g2e5abcdefghjkmnpq",
            "0000-00-00T00:00:00Z",
            "-999999999-01-01T00:00:00Z",
            "+999999999-12-31T23:59:59.999999999Z",
            "1970-01-01T00:00:00Z",
            "x".repeat(300),
            "\u00e9".repeat(5000));

    /** Values that fit, by the name of the parameter or field. */
    private static final Map<String, List<String>> GOOD = Map.ofEntries(
            Map.entry("kind", List.of("service", "job", "cron", "machine")),
            Map.entry("image", List.of("berth/sample:1", "nginx:1.27")),
            Map.entry("size", List.of("xs", "s", "xl")),
            Map.entry("plan", List.of("free", "standard", "pro")),
            Map.entry("currency", List.of("USD", "EUR")),
            Map.entry("time_zone", List.of("UTC", "Europe/Berlin")),
            Map.entry("role", List.of("viewer", "developer", "admin", "owner", "billing")),
            Map.entry("scopes", List.of("workloads:read", "account:read")),
            Map.entry("action", List.of("redeploy", "scale", "POST")),
            Map.entry("registry", List.of("registry.example.com")),
            Map.entry("url", List.of("http://127.0.0.1:8099/hook")),
            Map.entry("events", List.of("container.*", "invoice.finalized")),
            Map.entry("since", List.of("2026-11-22T08:00:00Z")),
            Map.entry("from", List.of("2026-11-01T00:00:00Z")),
            Map.entry("to", List.of("2026-11-30T00:00:00Z")),
            Map.entry("at", List.of("2026-11-30T00:00:00Z")),
            Map.entry("expires_at", List.of("2030-01-01T00:00:00Z")),
            Map.entry("group_by", List.of("workload", "container", "day", "hour")),
            Map.entry("order", List.of("asc", "desc")),
            Map.entry("type", List.of("container", "workload.changed", "http", "tcp")),
            Map.entry("state", List.of("running", "pending", "failed")),
            Map.entry("standing", List.of("good", "past_due")),
            Map.entry("cron", List.of("@daily", "*/5 * * * *")),
            Map.entry("path", List.of("/data", "/etc/app.conf")),
            Map.entry("restart", List.of("always", "never")),
            Map.entry("pull_policy", List.of("always", "if_not_present")),
            Map.entry("password", List.of("correct horse")),
            Map.entry("tail", List.of("10", "all")),
            Map.entry("follow", List.of("false")),
            Map.entry("limit", List.of("1", "200")),
            Map.entry("cols", List.of("80")),
            Map.entry("rows", List.of("24")),
            Map.entry("compose", List.of("services: {one: {image: berth/sample:1, mem_limit: 64m}}")));

    private static final Map<String, Integer> NUMBERS = Map.of(
            "cpu_millis",
            50,
            "memory_mib",
            64,
            "size_gib",
            1,
            "replicas",
            1,
            "revision",
            1,
            "overlap_s",
            0,
            "port",
            80);

    private final JsonNode document;
    private final Random random;
    private int number;

    GeneratedRequests(JsonNode document, long seed) {
        this.document = document;
        this.random = new Random(seed);
    }

    /**
     * Makes one.
     *
     * @param ids what there is of each collection in a path
     */
    Request next(String verb, String route, Map<String, String> ids) {
        JsonNode operation = document.path("paths").path(route).path(verb.toLowerCase(java.util.Locale.ROOT));
        boolean sound = random.nextInt(3) > 0;
        StringBuilder path = new StringBuilder(path(route, ids, sound));
        Map<String, String> headers = new TreeMap<>();
        List<String> query = new ArrayList<>();
        for (JsonNode parameter : operation.path("parameters")) {
            String name = parameter.path("name").asString();
            String in = parameter.path("in").asString();
            if (in.equals("query") && random.nextInt(3) == 0) {
                query.add(name + "=" + encoded(text(name, sound, ids)));
            } else if (name.equals("If-Match") && random.nextInt(4) == 0) {
                headers.put(name, one(List.of("*", "\"1\"", "\"x\", W/\"2\"", ",", "\"")));
            } else if (name.equals("Idempotency-Key") && random.nextInt(3) == 0) {
                headers.put(name, random.nextBoolean() ? "key-" + ++number : one(List.of("a", "x".repeat(300), " ")));
            }
        }
        if (random.nextInt(20) == 0) {
            query.add(one(List.of("unknown=1", "limit=1&limit=2", "=", "&&", "a%00=b", "limit")));
        }
        if (!query.isEmpty()) {
            path.append('?').append(String.join("&", query));
        }
        if (random.nextInt(25) == 0) {
            headers.put("Accept", one(List.of("text/html", "application/xml", "*/*", "text/event-stream", "x")));
        }
        return new Request(verb, path.toString(), headers, body(operation, headers, sound, ids));
    }

    /** Whether the body of an operation has a field of that name. */
    boolean hasField(String verb, String route, String field) {
        JsonNode schema = document.path("paths")
                .path(route)
                .path(verb.toLowerCase(java.util.Locale.ROOT))
                .path("requestBody")
                .path("content")
                .path("application/json")
                .path("schema");
        return resolved(schema).path("properties").has(field);
    }

    private String path(String route, Map<String, String> ids, boolean sound) {
        List<String> steps = new ArrayList<>();
        String before = "";
        for (String step : route.split("/")) {
            if (step.startsWith("{")) {
                String id = ids.getOrDefault(before, "x");
                steps.add(
                        sound || random.nextInt(3) == 0
                                ? id
                                : encoded(random.nextBoolean() ? one(ODD) : id.substring(0, id.length() - 1) + "0"));
            } else {
                steps.add(step);
            }
            before = step;
        }
        return String.join("/", steps);
    }

    private byte @Nullable [] body(
            JsonNode operation, Map<String, String> headers, boolean sound, Map<String, String> ids) {
        JsonNode schema = operation
                .path("requestBody")
                .path("content")
                .path("application/json")
                .path("schema");
        if (schema.isMissingNode() && random.nextInt(10) > 0) {
            return null;
        }
        headers.put("Content-Type", "application/json");
        String text =
                schema.isMissingNode() ? "{}" : value("", schema, sound, 0, ids).toString();
        if (!sound) {
            switch (random.nextInt(12)) {
                case 0 -> text = "";
                case 1 -> text = text.substring(0, random.nextInt(text.length()));
                case 2 -> text = "[" + text + "]";
                case 3 -> text = text + text;
                case 4 -> text = "[".repeat(DEEP) + "]".repeat(DEEP);
                case 5 -> text = "{\"a\":".repeat(DEEP) + "1" + "}".repeat(DEEP);
                case 6 ->
                    text = text.replaceFirst("\\{", "{\"no_such_field\": 1,").replace(",}", "}");
                case 7 -> headers.put("Content-Type", one(List.of("text/plain", "application/xml", "x")));
                case 8 -> {
                    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                    return bytes;
                }
                default -> {
                    // only its values are odd
                }
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private JsonNode value(String name, JsonNode given, boolean sound, int depth, Map<String, String> ids) {
        JsonNode schema = resolved(given);
        if (!sound && random.nextInt(6) == 0) {
            return odd();
        }
        return switch (schema.path("type").asString("object")) {
            case "integer", "number" ->
                sound || random.nextBoolean()
                        ? JSON.numberNode(NUMBERS.getOrDefault(name, 1 + random.nextInt(3)))
                        : oddNumber();
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            case "string" -> JSON.stringNode(text(name, sound, ids));
            case "array" -> list(name, schema, sound, depth, ids);
            default -> object(schema, sound, depth, ids);
        };
    }

    private ArrayNode list(String name, JsonNode schema, boolean sound, int depth, Map<String, String> ids) {
        ArrayNode list = JSON.arrayNode();
        int size = sound ? 1 : random.nextInt(20) == 0 ? 500 : random.nextInt(3);
        for (int i = 0; i < size && depth < 6; i++) {
            list.add(value(name, schema.path("items"), sound, depth + 1, ids));
        }
        return list;
    }

    private ObjectNode object(JsonNode schema, boolean sound, int depth, Map<String, String> ids) {
        ObjectNode object = JSON.objectNode();
        int chance = depth == 0 && schema.path("properties").size() > 12 ? 6 : 2;
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            boolean needed = NEEDED.contains(field.getKey());
            if (depth < 6 && (needed ? random.nextInt(10) > 0 : random.nextInt(chance) == 0)) {
                object.set(field.getKey(), value(field.getKey(), field.getValue(), sound, depth + 1, ids));
            }
        }
        JsonNode more = schema.path("additionalProperties");
        if (more.isObject()) {
            object.set(sound ? "KEY" : one(ODD), value("", more, sound, depth + 1, ids));
        }
        return object;
    }

    private JsonNode resolved(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.isEmpty()
                ? schema
                : document.path("components").path("schemas").path(reference.substring(reference.lastIndexOf('/') + 1));
    }

    private String text(String name, boolean sound, Map<String, String> ids) {
        if (!sound && random.nextBoolean()) {
            return one(ODD);
        }
        if (name.equals("email")) {
            return "gen%d@example.com".formatted(++number);
        }
        if (name.equals("name")) {
            return "gen-" + ++number;
        }
        String id = ids.get(name + "s");
        if (id != null) {
            return id;
        }
        return one(GOOD.getOrDefault(name, List.of("a", "1", "true")));
    }

    private JsonNode odd() {
        return switch (random.nextInt(7)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.arrayNode().add(JSON.nullNode());
            case 2 -> JSON.objectNode().put("a", 1);
            case 3 -> JSON.booleanNode(true);
            case 4 -> oddNumber();
            default -> JSON.stringNode(one(ODD));
        };
    }

    private JsonNode oddNumber() {
        return switch (random.nextInt(7)) {
            case 0 -> JSON.numberNode(-1);
            case 1 -> JSON.numberNode(0);
            case 2 -> JSON.numberNode(Integer.MAX_VALUE);
            case 3 -> JSON.numberNode(Long.MAX_VALUE);
            case 4 -> JSON.numberNode(new java.math.BigInteger("9".repeat(400)));
            case 5 -> JSON.numberNode(new java.math.BigDecimal("1E+100000"));
            default -> JSON.numberNode(0.5);
        };
    }

    private String one(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The operations of a document, as {@code POST /v1/workloads}. */
    static List<String> operations(JsonNode document) {
        return document.path("paths").properties().stream()
                .flatMap(path -> path.getValue().propertyNames().stream()
                        .map(verb -> verb.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey()))
                .sorted()
                .collect(Collectors.toList());
    }
}
