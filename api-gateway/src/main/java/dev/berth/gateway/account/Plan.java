package dev.berth.gateway.account;

import java.util.regex.Pattern;

/**
 * What is sold: a name and limits. An operator may give an account other limits than its plan's.
 *
 * @param name lower-case letters, digits and underscores; it never changes
 * @param title for people
 * @param open whether new accounts may have it
 * @param listed whether it is shown to who chooses; only what is open is
 */
public record Plan(String name, String title, boolean open, boolean listed, Limits limits) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");

    /** Whether a plan may be called so. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }
}
