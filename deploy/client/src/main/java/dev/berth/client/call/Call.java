package dev.berth.client.call;

import dev.berth.client.api.Route;
import dev.berth.client.api.Wish;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A call before it is made.
 *
 * @param path with its query
 * @param body what is sent, or null for nothing
 */
public record Call(String method, String path, @Nullable JsonNode body, Map<String, String> headers) {
    public Call {
        headers = Map.copyOf(headers);
    }

    /** A call of a route of the API; what is missing from the query is left out. */
    public static To of(Route route, String... values) {
        return new To(route, route.at(values));
    }

    /** A call of whatever there may be. */
    public static Call raw(String method, String path) {
        return new Call(method, path, null, Map.of());
    }

    /** Whether it changes nothing. */
    public boolean reads() {
        return method.equals("GET") || method.equals("HEAD");
    }

    /** The same with a body. */
    public Call sending(@Nullable JsonNode json) {
        return new Call(method, path, json, headers);
    }

    /** The same with a body. */
    public Call sending(Wish wish) {
        return sending(wish.json());
    }

    /** The same with a header. */
    public Call header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Call(method, path, body, more);
    }

    /** The same with one more parameter in its query; nothing for null. */
    public Call with(String name, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        String parameter = Route.encoded(name) + "=" + Route.encoded(value.toString());
        return new Call(method, path + (path.contains("?") ? "&" : "?") + parameter, body, headers);
    }

    /** A call of a route while its query is being made. For one thread. */
    public static final class To {
        private final Route route;
        private final String path;
        private final List<Map.Entry<String, Object>> query = new ArrayList<>();

        private To(Route route, String path) {
            this.route = route;
            this.path = path;
        }

        /** Adds a parameter that the route has; nothing for null. */
        public To with(String name, @Nullable Object value) {
            if (!route.query().contains(name)) {
                throw new IllegalArgumentException("%s %s has no parameter %s".formatted(route.method(), path, name));
            }
            if (value != null) {
                query.add(Map.entry(name, value));
            }
            return this;
        }

        /** The call. */
        public Call call() {
            Call made = raw(route.method(), path);
            for (Map.Entry<String, Object> one : query) {
                made = made.with(one.getKey(), one.getValue());
            }
            return made;
        }
    }
}
