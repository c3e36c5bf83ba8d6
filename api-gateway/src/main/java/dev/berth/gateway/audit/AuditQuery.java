package dev.berth.gateway.audit;

import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which entries are asked for; null asks for all.
 *
 * @param actor who, such as {@code usr_…}, {@code key_…} or {@code operator}
 * @param action what an action begins with, such as {@code DELETE} or {@code POST /v1/api_keys}
 * @param from the earliest, included
 * @param to the latest, not included
 */
public record AuditQuery(
        @Nullable String actor,
        @Nullable String action,
        @Nullable Instant from,
        @Nullable Instant to) {
    /** All of them. */
    public static final AuditQuery ALL = new AuditQuery(null, null, null, null);

    private static final int LONGEST = 200;

    /**
     * Reads the query.
     *
     * @throws Refusal 422 for a text that is too long and a time that is none
     */
    public static AuditQuery parse(
            @Nullable String actor, @Nullable String action, @Nullable String from, @Nullable String to) {
        List<FieldError> errors = new ArrayList<>();
        AuditQuery query = new AuditQuery(
                text("actor", actor, errors),
                text("action", action, errors),
                time("from", from, errors),
                time("to", to, errors));
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        return query;
    }

    private static @Nullable String text(String field, @Nullable String value, List<FieldError> errors) {
        if (value != null && (value.length() > LONGEST || value.indexOf('\0') >= 0)) {
            errors.add(new FieldError(field, "must have at most %d characters".formatted(LONGEST)));
        }
        return value == null || value.isEmpty() ? null : value;
    }

    private static @Nullable Instant time(String field, @Nullable String value, List<FieldError> errors) {
        if (value == null || value.isEmpty()) {
            return null;
        }
        try {
            Instant time = Instant.parse(value);
            if (time.isAfter(Instant.parse("1970-01-01T00:00:00Z"))
                    && time.isBefore(Instant.parse("9999-12-31T00:00:00Z"))) {
                return time;
            }
        } catch (DateTimeException _) {
            // said below
        }
        errors.add(new FieldError(field, "must be a time such as 2026-11-22T08:00:00.000Z"));
        return null;
    }
}
