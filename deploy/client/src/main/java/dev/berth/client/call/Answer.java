package dev.berth.client.call;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** What was answered to a call that was not refused. */
public record Answer(int status, HttpHeaders headers, String text) {
    static Answer of(int status, HttpHeaders headers, byte[] body) {
        return new Answer(status, headers, new String(body, StandardCharsets.UTF_8));
    }

    /** As JSON; an empty object where it is none. */
    public JsonNode json() {
        return parse(text);
    }

    /** The operation that the call began, or empty. */
    public String operation() {
        return headers.firstValue("Operation-Id").orElse("");
    }

    static JsonNode parse(String text) {
        try {
            JsonNode node = text.isBlank() ? null : JsonMapper.shared().readTree(text);
            return node == null ? JsonNodeFactory.instance.objectNode() : node;
        } catch (JacksonException e) {
            return JsonNodeFactory.instance.objectNode();
        }
    }
}
