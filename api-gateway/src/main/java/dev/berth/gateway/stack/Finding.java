package dev.berth.gateway.stack;

import org.jspecify.annotations.Nullable;

/**
 * What is to be said of one place in a Compose file.
 *
 * @param path such as {@code services.web.volumes[0]}
 * @param line in the file, from 1; null where the place is not in it
 * @param hint what to do instead; null when there is nothing to do
 */
public record Finding(
        Severity severity,
        String path,
        @Nullable Integer line,
        String message,
        @Nullable String hint) {
    /** Whether it stands in the way. Lower case in JSON. */
    public enum Severity {
        /** The service cannot be made as the file has it. */
        REFUSED,
        /** It has no effect here, or another one than elsewhere. */
        NOTE;

        @com.fasterxml.jackson.annotation.JsonValue
        String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Whether it stands in the way. */
    public boolean refused() {
        return severity == Severity.REFUSED;
    }

    /** Whether the place is {@code other} or within it. */
    boolean within(String other) {
        return path.equals(other)
                || (path.startsWith(other)
                        && (path.charAt(other.length()) == '.' || path.charAt(other.length()) == '['));
    }
}
