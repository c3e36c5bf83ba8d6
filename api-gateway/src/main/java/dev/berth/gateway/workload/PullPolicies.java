package dev.berth.gateway.workload;

import dev.berth.schema.workload.PullPolicy;
import org.jspecify.annotations.Nullable;

/** When registries are asked, as a customer says it. Pure. */
final class PullPolicies {
    private PullPolicies() {}

    /** The policy that is asked for; an empty text takes it back to the default, which depends on the image's tag. */
    static @Nullable PullPolicy merge(@Nullable String asked, @Nullable PullPolicy now, FieldCheck check) {
        return switch (asked) {
            case null -> now;
            case "" -> null;
            case "always" -> PullPolicy.ALWAYS;
            case "if_not_present" -> PullPolicy.IF_NOT_PRESENT;
            default -> {
                check.wrong("pull_policy", "must be always or if_not_present");
                yield now;
            }
        };
    }
}
