package dev.berth.gateway.announcement;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How much an announcement matters, the least first. Lower case in JSON. */
public enum Severity {
    /** Good to know. */
    INFO,
    /** Something is going to be changed or interrupted. */
    MAINTENANCE,
    /** Something does not work as it should. */
    INCIDENT;

    /** The JSON form. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads what the database has. */
    @JsonCreator
    public static Severity of(String text) {
        return named(text).orElseThrow(() -> new IllegalArgumentException("no severity: " + text));
    }

    /** Reads what somebody wrote; empty for what is none. */
    static Optional<Severity> named(String text) {
        return Arrays.stream(values()).filter(one -> one.text().equals(text)).findFirst();
    }

    /** All of them, for a message. */
    static String list() {
        return Arrays.stream(values()).map(Severity::text).collect(Collectors.joining(", "));
    }
}
