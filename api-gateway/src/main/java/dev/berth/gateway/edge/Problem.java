package dev.berth.gateway.edge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a call is refused, as RFC 9457 has it.
 *
 * @param code which of the catalogue
 * @param detail what happened here, in a sentence
 * @param hint what to do about it
 * @param errors what is wrong with which field, in the order of the fields
 * @param facts more members, such as the limit, what is used and what was asked
 * @param retryAfter when to try again, in {@code Retry-After}
 */
public record Problem(
        ErrorCode code,
        String detail,
        String hint,
        List<FieldError> errors,
        Map<String, Object> facts,
        @Nullable Duration retryAfter) {
    /** One field; {@code field} is a path such as {@code env.PORT} or {@code ports[2]}. */
    public record FieldError(String field, String message) {}

    public Problem {
        errors = List.copyOf(errors);
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /** The {@code type} of a code: a page of this gateway that says what it means (RFC 9457, section 3.1.1). */
    public static String type(String code) {
        return "/docs/problems/" + code;
    }

    /** The members in the order in which they are written. */
    public Map<String, Object> members(String requestId) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", type(code.text()));
        members.put("title", code.title());
        members.put("status", code.status());
        members.put("detail", detail);
        members.put("code", code.text());
        members.put("hint", hint);
        members.put("request_id", requestId);
        if (!errors.isEmpty()) {
            members.put("errors", new ArrayList<>(errors));
        }
        members.putAll(facts);
        return members;
    }
}
