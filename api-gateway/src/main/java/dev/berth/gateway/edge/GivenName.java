package dev.berth.gateway.edge;

import dev.berth.schema.workload.ContentLimits;

/** Names that callers give to what is theirs, such as volumes and secrets; the provisioner holds those of secrets to the same. */
public final class GivenName {
    /** What such a name must be, for a field that is wrong. */
    public static final String RULE =
            "must have 1 to 64 letters, digits, '_', '.' and '-', and begin with a letter or digit";

    private GivenName() {}

    /** Whether a text is one. */
    public static boolean is(String text) {
        return ContentLimits.isSecret(text);
    }
}
