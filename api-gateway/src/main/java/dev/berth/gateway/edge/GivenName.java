package dev.berth.gateway.edge;

import java.util.regex.Pattern;

/** Names that callers give to what is theirs, such as volumes and secrets. */
public final class GivenName {
    /** What such a name must be, for a field that is wrong. */
    public static final String RULE =
            "must have 1 to 64 letters, digits, '_', '.' and '-', and begin with a letter or digit";

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

    private GivenName() {}

    /** Whether a text is one. */
    public static boolean is(String text) {
        return FORM.matcher(text).matches();
    }
}
