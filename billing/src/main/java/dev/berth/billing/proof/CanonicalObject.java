package dev.berth.billing.proof;

import org.jspecify.annotations.Nullable;

/**
 * Writes the {@link Canonical} form of one object without a tree in between; its fields have to come in the order of their names. Not
 * thread-safe.
 */
final class CanonicalObject {
    private final StringBuilder out = new StringBuilder(Canonical.USUAL).append('{');
    private String last = "";

    /** A string; null is left out. */
    CanonicalObject put(String name, @Nullable Object value) {
        if (value != null) {
            name(name);
            Canonical.string(value.toString(), out);
        }
        return this;
    }

    /** A whole number. */
    CanonicalObject put(String name, long value) {
        name(name);
        out.append(value);
        return this;
    }

    /** A truth value. */
    CanonicalObject put(String name, boolean value) {
        name(name);
        out.append(value);
        return this;
    }

    /** The object. */
    String end() {
        return out.append('}').toString();
    }

    private void name(String name) {
        if (name.compareTo(last) <= 0) {
            throw new IllegalStateException(
                    "%s after %s: fields come in the order of their names".formatted(name, last));
        }
        if (!last.isEmpty()) {
            out.append(',');
        }
        last = name;
        Canonical.string(name, out);
        out.append(':');
    }
}
