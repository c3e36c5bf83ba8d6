package dev.berth.gateway.forward;

import dev.berth.schema.wire.Identity;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A call to a service behind the gateway.
 *
 * @param path made of constants and typed ids only
 * @param query parameters in their order; values are encoded here
 * @param body null for a read
 * @param traceparent the trace of the call it serves
 */
record Call(
        Owner owner,
        String path,
        Map<String, String> query,
        @Nullable JsonNode body,
        Identity identity,
        @Nullable String traceparent,
        boolean pure) {
    Call {
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
    }

    /** A read. */
    static Call get(Owner owner, String path, Asker asker) {
        return new Call(owner, path, Map.of(), null, asker.identity(), asker.traceparent(), true);
    }

    /** A write: sent once, whatever happens to it. */
    static Call post(Owner owner, String path, Asker asker, JsonNode body) {
        return new Call(owner, path, Map.of(), body, asker.identity(), asker.traceparent(), false);
    }

    /** A question that needs a body and changes nothing; may be asked twice. */
    static Call ask(Owner owner, String path, Asker asker, JsonNode body) {
        return new Call(owner, path, Map.of(), body, asker.identity(), asker.traceparent(), true);
    }

    /** With one more parameter; without it if it is null. */
    Call with(String name, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        Map<String, String> more = new LinkedHashMap<>(query);
        more.put(name, value.toString());
        return new Call(owner, path, more, body, identity, traceparent, pure);
    }

    URI uri(URI base) {
        String text = base.toString().replaceAll("/+$", "") + path;
        if (query.isEmpty()) {
            return URI.create(text);
        }
        return URI.create(text
                + query.entrySet().stream()
                        .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&", "?", "")));
    }
}
