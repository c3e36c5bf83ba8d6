package dev.berth.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.Api.Reply;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ApiKeyId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.id.DeliveryId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.InvitationId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.LoginId;
import dev.berth.schema.id.OperationId;
import dev.berth.schema.id.PaymentMethodId;
import dev.berth.schema.id.SecretId;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.StackId;
import dev.berth.schema.id.TriggerId;
import dev.berth.schema.id.UserId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WebhookEndpointId;
import dev.berth.schema.id.WorkloadId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** Where ids stand in the routes of the running gateway: in paths, in queries and in bodies. */
final class Places {
    /** A path's variable by the collection before it: what never was there, but could be. */
    private static final Map<String, java.util.function.Supplier<String>> MISSING = Map.ofEntries(
            Map.entry("account", () -> AccountId.next().toString()),
            Map.entry("api_keys", () -> ApiKeyId.next().toString()),
            Map.entry("containers", () -> ContainerId.next().toString()),
            Map.entry("credit_notes", () -> CreditNoteId.next().toString()),
            Map.entry("events", () -> EventId.next().toString()),
            Map.entry("deliveries", () -> DeliveryId.next().toString()),
            Map.entry("invitations", () -> InvitationId.next().toString()),
            Map.entry("logins", () -> LoginId.next().toString()),
            Map.entry("members", () -> UserId.next().toString()),
            Map.entry("webhook_endpoints", () -> WebhookEndpointId.next().toString()),
            Map.entry("invoices", () -> InvoiceId.next().toString()),
            Map.entry("operations", () -> OperationId.next().toString()),
            Map.entry("payment_methods", () -> PaymentMethodId.next().toString()),
            Map.entry("registry_credentials", () -> "nobody.example.com"),
            Map.entry("secrets", () -> SecretId.next().toString()),
            Map.entry("snapshots", () -> SnapshotId.next().toString()),
            Map.entry("stacks", () -> StackId.next().toString()),
            Map.entry("triggers", () -> TriggerId.next().toString()),
            Map.entry("volumes", () -> VolumeId.next().toString()),
            Map.entry("workloads", () -> WorkloadId.next().toString()));

    /** What the owner of what it is part of judges, with tests of its own. */
    private static final Set<String> FORWARDED = Set.of("lines");

    /** Query parameters that name something, and of which kind it is. */
    private static final Map<String, String> NAMING_QUERIES =
            Map.of("workload", "workloads", "subject", "workloads", "operation", "operations", "invoice", "invoices");

    /** Query parameters that name nothing of anybody's. */
    private static final Set<String> OTHER_QUERIES = Set.of(
            "action",
            "actor",
            "after",
            "cols",
            "command",
            "cpu_millis",
            "currency",
            "cursor",
            "dry_run",
            "follow",
            "from",
            "group_by",
            "kind",
            "label",
            "limit",
            "logs",
            "name",
            "name_prefix",
            "order",
            "plan",
            "purge",
            "replicas",
            "rows",
            "search",
            "since",
            "sort",
            "state",
            "status",
            "step",
            "tail",
            "to",
            "tty",
            "type",
            "version");

    /** What is sent to a route that takes a body; {@code %s} is where an id of the kind named after the body stands. */
    private static final Map<String, String> BODIES = Map.ofEntries(
            Map.entry("PATCH /v1/account/members/{user}", "{\"role\": \"owner\"}"),
            Map.entry("PATCH /v1/webhook_endpoints/{id}", "{\"description\": \"another\"}"),
            Map.entry("POST /v1/webhook_endpoints/{id}/replay", "{\"since\": \"2026-01-01T00:00:00Z\"}"),
            Map.entry("POST /v1/api_keys/{id}/rotate", "{}"),
            Map.entry("PATCH /v1/account", "{\"name\": \"renamed\"}"),
            Map.entry("POST /v1/workloads/{id}/triggers", "{\"name\": \"another\", \"action\": \"redeploy\"}"),
            Map.entry("POST /v1/workloads/{id}/rollback", "{\"revision\": 1}"),
            Map.entry("PATCH /v1/workloads/{id}", "{\"replicas\": 2}"),
            Map.entry(
                    "PUT /v1/workloads/{id}/spend_cap",
                    "{\"amount\": {\"amount_minor\": 5000, \"currency\": \"USD\"}, \"action\": \"stop\"}"),
            Map.entry("PATCH /v1/volumes/{id}", "{\"size_gib\": 2}"),
            Map.entry("POST /v1/volumes/{id}/snapshots", "{\"name\": \"another\"}"),
            Map.entry("POST /v1/volumes/{id}/restore", "{\"snapshot\": \"{snapshots}\"}"),
            Map.entry("PATCH /v1/secrets/{id}", "{\"value\": \"another\"}"),
            Map.entry("PATCH /v1/registry_credentials/{registry}", "{\"username\": \"u\", \"password\": \"p\"}"),
            Map.entry("PUT /v1/stacks/{id}", "{\"compose\": \"services: {one: {image: berth/sample:1}}\"}"),
            Map.entry(
                    "POST /v1/invoices/{id}/pay",
                    "{\"card\": {\"number\": \"4242424242424242\", \"exp_month\": 12, \"exp_year\": 2030, \"cvc\": \"123\"}}"));

    /** A place in a body where something is named: the route, the kind of what is named, and the body around it. */
    private record InBody(String verb, String path, String kind, String scope, String body) {}

    private static final List<InBody> IN_BODIES = List.of(
            new InBody("POST", "/v1/session/account", "account", "account:read", "{\"account\": \"%s\"}"),
            new InBody(
                    "POST",
                    "/v1/volumes",
                    "volumes",
                    "volumes:write",
                    "{\"name\": \"theft\", \"from_volume\": \"%s\"}"),
            new InBody(
                    "POST",
                    "/v1/volumes",
                    "snapshots",
                    "volumes:write",
                    "{\"name\": \"theft\", \"from_snapshot\": \"%s\"}"),
            new InBody("POST", "/v1/volumes/{volumes}/restore", "snapshots", "volumes:write", "{\"snapshot\": \"%s\"}"),
            new InBody("POST", "/v1/workloads", "volumes", "workloads:write", """
                    {"name": "theft", "kind": "service", "image": "berth/sample:1", "memory_mib": 64, "cpu_millis": 50,
                     "volumes": [{"volume": "%s", "path": "/data"}]}"""),
            new InBody("PATCH", "/v1/workloads/{workloads}", "volumes", "workloads:write", """
                    {"volumes": [{"volume": "%s", "path": "/data"}]}"""));

    /** What of a body names something; all else in bodies is what it says. */
    private static final Set<String> NAMING_FIELDS = Set.of(
            "Target.account",
            "VolumeRequest.from_volume",
            "VolumeRequest.from_snapshot",
            "RestoreRequest.snapshot",
            "MountShape.volume");

    /** What looks like it and names nothing of anybody's. */
    private static final Set<String> OTHER_FIELDS = Set.of("WorkloadRequest.user", "BillingChange.vat_id");

    private static final java.util.regex.Pattern SUSPECT = java.util.regex.Pattern.compile(
            "(.*_)?(id|account|user|key|workload|container|volume|snapshot|secret|stack|trigger|operation|invoice|endpoint|delivery)");

    /**
     * One request with a place for an id.
     *
     * @param foreign the id of another account
     * @param missing one that nobody has
     * @param scope what the caller needs
     */
    record Attempt(String verb, String path, @Nullable String body, String foreign, String missing, String scope) {
        /** Sends it with an id in its place. */
        Reply send(Api caller, String id) {
            return caller.send(verb, path.replace("%s", id), body == null ? null : body.replace("%s", id));
        }

        /** How one who may call the route is answered. */
        Set<Integer> refusals() {
            if (path.contains("?")) {
                return Set.of(200, 404, 422); // a filter that finds nothing
            }
            return isSocket(path)
                    ? Set.of(400, 404, 426)
                    : body != null && body.contains("%s") ? Set.of(404, 409, 422) : Set.of(404);
        }

        @Override
        public String toString() {
            return "%s %s %s".formatted(verb, path, body == null ? "" : body);
        }
    }

    /** Whether it is answered by a WebSocket, and refused with 400 to who asks for none. */
    private static boolean isSocket(String path) {
        return path.endsWith("/exec") || path.endsWith("/attach");
    }

    private record Route(
            String verb,
            String path,
            @Nullable String scope,
            boolean open,
            @Nullable OperatorRole role) {}

    private final List<Route> routes = new ArrayList<>();
    private final JsonNode document;

    Places(RequestMappingHandlerMapping mapping, JsonNode document) {
        this.document = document;
        mapping.getHandlerMethods().forEach((info, method) -> {
            if (method.getBeanType().getName().startsWith("dev.berth.")) {
                for (String path : info.getPatternValues()) {
                    for (RequestMethod verb : info.getMethodsCondition().getMethods()) {
                        if (path.startsWith("/v1/") || path.startsWith("/operator/")) {
                            Requires requires = method.getMethodAnnotation(Requires.class);
                            routes.add(new Route(
                                    verb.name(),
                                    path,
                                    requires == null ? null : requires.value().text(),
                                    method.hasMethodAnnotation(Requires.Open.class),
                                    role(method)));
                        }
                    }
                }
            }
        });
        routes.sort(Comparator.comparing(Route::path).thenComparing(Route::verb));
        namesAllReferences();
    }

    private static @Nullable OperatorRole role(HandlerMethod method) {
        Requires.OperatorOnly only = method.getMethodAnnotation(Requires.OperatorOnly.class);
        return only == null ? null : only.value();
    }

    /** Every attempt of a caller on what is another's. */
    List<Attempt> customerAttempts(Estate victim, Estate caller) {
        List<Attempt> attempts = new ArrayList<>();
        for (Route route : routes) {
            if (route.scope == null) {
                assertThat(route.open || route.path.startsWith("/operator/"))
                        .as(route.path)
                        .isTrue();
                continue;
            }
            List<String> variables = variables(route.path);
            for (int place = 0; place < variables.size(); place++) {
                if (!FORWARDED.contains(kind(route.path, variables.get(place)))) {
                    attempts.add(inPath(route, victim, caller, place));
                }
            }
            for (JsonNode parameter : parameters(route)) {
                String kind = NAMING_QUERIES.get(parameter.path("name").asString());
                if (kind != null) {
                    String path = withOwn(route.path, caller) + "?"
                            + parameter.path("name").asString() + "=%s";
                    attempts.add(attempt(route.verb, path, null, kind, victim, route.scope));
                }
            }
        }
        for (InBody place : IN_BODIES) {
            String path = place.path;
            for (String kind : MISSING.keySet()) {
                path = path.replace("{" + kind + "}", path.contains("{" + kind + "}") ? caller.id(kind) : "");
            }
            attempts.add(attempt(place.verb, path, place.body, place.kind, victim, place.scope));
        }
        return attempts;
    }

    /** The same requests in the owner's hands, those that take away last. */
    List<Attempt> controls(Estate owner) {
        List<String> order = List.of("GET", "PATCH", "PUT", "POST", "DELETE");
        Set<String> once = new TreeSet<>();
        return customerAttempts(owner, owner).stream()
                .filter(attempt -> once.add(attempt.verb + attempt.path.replace("%s", attempt.foreign)))
                .filter(attempt -> attempt.body == null || !attempt.body.contains("%s"))
                .filter(attempt -> !isSocket(attempt.path) && !attempt.path.endsWith("/stats"))
                .sorted(Comparator.<Attempt>comparingInt(attempt -> order.indexOf(attempt.verb))
                        .thenComparingInt(attempt -> -attempt.path.split("/").length))
                .toList();
    }

    /** The operator's routes with ids of a customer in them; their scope is the role that they need. */
    List<Attempt> operatorAttempts(Estate victim) {
        List<Attempt> attempts = new ArrayList<>();
        for (Route route : routes) {
            if (route.path.startsWith("/operator/")) {
                String path = route.path.replaceAll("\\{[^}]*}", "%s");
                String body = route.verb.equals("GET") ? null : "{}";
                attempts.add(new Attempt(
                        route.verb,
                        path,
                        body,
                        victim.id("account"),
                        AccountId.next().toString(),
                        Objects.requireNonNull(route.role, route.path).text()));
            }
        }
        return attempts;
    }

    /** The lists of a caller, with its own ids in their paths. */
    List<String> lists(Estate caller) {
        return routes.stream()
                .filter(route -> route.scope != null && route.verb.equals("GET"))
                .filter(route ->
                        !isSocket(route.path) && !route.path.endsWith("/live") && !route.path.endsWith("/stats"))
                .filter(route -> !route.path.endsWith("/intervals") && !route.path.endsWith("/logs"))
                .map(route -> withOwn(route.path, caller))
                .toList();
    }

    List<String> listsWithCursors(Estate owner) {
        return routes.stream()
                .filter(route -> route.scope != null
                        && route.verb.equals("GET")
                        && variables(route.path).isEmpty())
                .filter(route -> parameters(route).stream()
                        .anyMatch(parameter -> parameter.path("name").asString().equals("cursor")))
                .map(route -> withOwn(route.path, owner))
                .toList();
    }

    private Attempt inPath(Route route, Estate victim, Estate caller, int place) {
        List<String> variables = variables(route.path);
        String path = route.path;
        String kind = kind(route.path, variables.get(place));
        for (int i = 0; i < variables.size(); i++) {
            String here = kind(route.path, variables.get(i));
            path = path.replace(
                    "{" + variables.get(i) + "}", i == place ? "%s" : (i < place ? caller : victim).id(here));
        }
        String body = route.verb.equals("GET") || route.verb.equals("DELETE")
                ? null
                : BODIES.get(route.verb + " " + route.path);
        boolean takesBody = document.path("paths")
                .path(route.path)
                .path(route.verb.toLowerCase(Locale.ROOT))
                .has("requestBody");
        assertThat(body != null || !takesBody)
                .as("%s %s needs a body in Places.BODIES", route.verb, route.path)
                .isTrue();
        if (body != null && body.contains("{snapshots}")) {
            body = body.replace("{snapshots}", caller.id("snapshots"));
        }
        return attempt(route.verb, path, body, kind, victim, Objects.requireNonNull(route.scope));
    }

    private static Attempt attempt(
            String verb, String path, @Nullable String body, String kind, Estate victim, String scope) {
        return new Attempt(verb, path, body, victim.id(kind), MISSING.get(kind).get(), scope);
    }

    private static String withOwn(String path, Estate caller) {
        String filled = path;
        for (String variable : variables(path)) {
            String kind = kind(path, variable);
            filled = filled.replace("{" + variable + "}", caller.id(kind));
        }
        return filled;
    }

    private static List<String> variables(String path) {
        return java.util.regex.Pattern.compile("\\{([^}]+)}")
                .matcher(path)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** Of which kind a variable of a path is: the collection before it. */
    private static String kind(String path, String variable) {
        String[] before = path.substring(0, path.indexOf("{" + variable + "}")).split("/");
        String collection = before[before.length - 1];
        assertThat(MISSING.containsKey(collection) || FORWARDED.contains(collection))
                .as("Places.MISSING knows no '%s' of %s", collection, path)
                .isTrue();
        return collection;
    }

    private List<JsonNode> parameters(Route route) {
        List<JsonNode> found = new ArrayList<>();
        document.path("paths")
                .path(route.path)
                .path(route.verb.toLowerCase(Locale.ROOT))
                .path("parameters")
                .forEach(parameter -> {
                    if (parameter.path("in").asString().equals("query")) {
                        found.add(parameter);
                    }
                });
        return found;
    }

    /** What looks like a reference in a query or a request's body is known, or this fails. */
    private void namesAllReferences() {
        Set<String> unknown = new TreeSet<>();
        for (Route route : routes) {
            if (route.scope != null) {
                for (JsonNode parameter : parameters(route)) {
                    String name = parameter.path("name").asString();
                    if (!NAMING_QUERIES.containsKey(name) && !OTHER_QUERIES.contains(name)) {
                        unknown.add("query " + name + " of " + route.path);
                    }
                }
                String body = document.path("paths")
                        .path(route.path)
                        .path(route.verb.toLowerCase(Locale.ROOT))
                        .path("requestBody")
                        .toString();
                references(body, new TreeSet<>(), unknown);
            }
        }
        assertThat(unknown).as("what Places does not know").isEmpty();
    }

    private void references(String schema, Set<String> seen, Set<String> unknown) {
        java.util.regex.Pattern.compile("#/components/schemas/(\\w+)")
                .matcher(schema)
                .results()
                .forEach(found -> {
                    String name = found.group(1);
                    if (seen.add(name)) {
                        JsonNode of =
                                document.path("components").path("schemas").path(name);
                        for (String property : of.path("properties").propertyNames()) {
                            String full = name + "." + property;
                            if (SUSPECT.matcher(property).matches()
                                    && !NAMING_FIELDS.contains(full)
                                    && !OTHER_FIELDS.contains(full)) {
                                unknown.add("field " + full);
                            }
                        }
                        references(of.toString(), seen, unknown);
                    }
                });
    }
}
