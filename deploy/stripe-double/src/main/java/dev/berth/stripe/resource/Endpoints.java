package dev.berth.stripe.resource;

import dev.berth.stripe.state.Ids;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.webhook.Outbox;
import dev.berth.stripe.wire.Answer;
import dev.berth.stripe.wire.Paging;
import dev.berth.stripe.wire.Params;
import dev.berth.stripe.wire.StripeError;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Webhook endpoints. Their secret is shown once, when they are made. Source: Stripe's API reference, "Webhook endpoints". */
public final class Endpoints {
    private static final String KIND = Outbox.ENDPOINTS;

    private Endpoints() {}

    /** An endpoint that is given from outside with its secret; one of the same address is replaced. */
    public static ObjectNode register(Change change, URI url, String secret) {
        Optional<ObjectNode> known = change.tx().newestFirst(KIND).stream()
                .filter(endpoint -> Json.text(endpoint, "url").equals(url.toString()))
                .map(ObjectNode::deepCopy)
                .findFirst();
        ObjectNode endpoint = known.orElseGet(() -> make(change, url.toString(), List.of("*")));
        return change.put(endpoint.put("secret", secret));
    }

    private static ObjectNode make(Change change, String url, List<String> events) {
        ObjectNode endpoint = Template.of(change, KIND, Ids.next("we"));
        endpoint.set("enabled_events", Json.list(events));
        return endpoint.put("url", url).put("secret", "whsec_" + Ids.random(32));
    }

    static Answer create(Change change, Params params) {
        params.only("api_version", "connect", "description", "enabled_events", "metadata", "url");
        String url = params.need("url");
        checkUrl(url);
        List<String> events = params.texts("enabled_events");
        if (events.isEmpty()) {
            throw StripeError.invalid("parameter_missing", "Missing required param: enabled_events.", "enabled_events");
        }
        ObjectNode endpoint = make(change, url, events);
        params.copyText("api_version", endpoint);
        params.copyText("description", endpoint);
        params.copyMetadata(endpoint);
        return Answer.ok(change.put(endpoint));
    }

    private static void checkUrl(String url) {
        if (!url.matches("https?://[^\\s]+")) {
            throw StripeError.invalid(
                    "url_invalid", "Invalid URL: An explicit scheme (such as https) must be provided.", "url");
        }
        try {
            HttpRequest.newBuilder(URI.create(url));
        } catch (IllegalArgumentException e) {
            throw StripeError.invalid("url_invalid", "Not a valid URL", "url");
        }
    }

    private static ObjectNode shown(ObjectNode endpoint) {
        ObjectNode shown = endpoint.deepCopy();
        shown.remove("secret");
        return shown;
    }

    static Answer retrieve(Change change, String id) {
        return Answer.ok(shown(change.get(KIND, id, null)));
    }

    static Answer update(Change change, Params params, String id) {
        params.only("description", "disabled", "enabled_events", "metadata", "url");
        ObjectNode endpoint = change.get(KIND, id, null);
        params.text("url").ifPresent(url -> {
            checkUrl(url);
            endpoint.put("url", url);
        });
        params.flag("disabled").ifPresent(off -> endpoint.put("status", off ? "disabled" : "enabled"));
        if (params.has("enabled_events")) {
            endpoint.set("enabled_events", Json.list(params.texts("enabled_events")));
        }
        params.copyText("description", endpoint);
        params.copyMetadata(endpoint);
        return Answer.ok(shown(change.put(endpoint)));
    }

    static Answer delete(Change change, String id) {
        change.get(KIND, id, null);
        change.tx().remove(KIND, id);
        return Answer.ok(Json.of("id", id, "object", KIND, "deleted", true));
    }

    static Answer list(Change change, Params params) {
        params.only("ending_before", "limit", "starting_after");
        ObjectNode page = Paging.page(change.tx(), KIND, "/v1/webhook_endpoints", params, _ -> true);
        page.path("data").forEach(endpoint -> ((ObjectNode) endpoint).remove("secret"));
        return Answer.ok(page);
    }
}
