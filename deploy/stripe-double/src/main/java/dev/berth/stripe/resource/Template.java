package dev.berth.stripe.resource;

import dev.berth.stripe.state.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/** What an object of the API looks like when nothing is known of it yet: every field that Stripe always shows, in its order. Safe for use by several threads. */
final class Template {
    private static final Map<String, ObjectNode> KNOWN = new ConcurrentHashMap<>();

    private Template() {}

    /** A new object of that kind with its id and the time of its making. */
    static ObjectNode of(Change change, String kind, String id) {
        ObjectNode object = KNOWN.computeIfAbsent(kind, Template::read).deepCopy();
        object.put("id", id);
        if (object.has("created")) {
            object.put("created", change.now());
        }
        return object;
    }

    private static ObjectNode read(String kind) {
        try (InputStream in = Template.class.getResourceAsStream(kind + ".json")) {
            if (in == null) {
                throw new IllegalArgumentException("no template: " + kind);
            }
            return Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
