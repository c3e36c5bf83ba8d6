package dev.berth.gateway.forward;

import dev.berth.schema.wire.Json;
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
 * @param headers more than every call has
 * @param body null for a read
 * @param asker on whose behalf, and in which trace
 * @param pure whether it changes nothing, so that it may be sent twice
 */
record Call(
        Owner owner,
        String path,
        Map<String, String> query,
        Map<String, String> headers,
        @Nullable JsonNode body,
        Asker asker,
        boolean pure) {
    Call {
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
        headers = Map.copyOf(headers);
    }

    /** A read. */
    static Call get(Owner owner, String path, Asker asker) {
        return new Call(owner, path, Map.of(), Map.of(), null, asker, true);
    }

    /** A write: sent once, whatever happens to it, with the name that its repetitions have too. */
    static Call post(Owner owner, String path, Asker asker, JsonNode body) {
        String effect = asker.effect();
        Map<String, String> headers = effect == null ? Map.of() : Map.of("Idempotency-Key", effect);
        return new Call(owner, path, Map.of(), headers, body, asker, false);
    }

    /** A write that its path says all of. */
    static Call post(Owner owner, String path, Asker asker) {
        return post(owner, path, asker, Json.mapper().createObjectNode());
    }

    /** A question that needs a body and changes nothing; may be asked twice. */
    static Call ask(Owner owner, String path, Asker asker, JsonNode body) {
        return new Call(owner, path, Map.of(), Map.of(), body, asker, true);
    }

    /** With one more parameter; without it if it is null. */
    Call with(String name, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        Map<String, String> more = new LinkedHashMap<>(query);
        more.put(name, value.toString());
        return new Call(owner, path, more, headers, body, asker, pure);
    }

    /** With one more header; without it if it is null. */
    Call header(String name, @Nullable String value) {
        if (value == null) {
            return this;
        }
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Call(owner, path, query, more, body, asker, pure);
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
