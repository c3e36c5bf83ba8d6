package dev.berth.gateway.workload;

import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What may be asked for in a list of workloads. Pure. */
final class FilterRules {
    private FilterRules() {}

    /**
     * Looks at a filter.
     *
     * @throws Refusal 422 for a word that there is not
     */
    static void check(Workloads.Filter filter) {
        known("state", filter.state(), List.of("running", "stopped", "removed"));
        known("kind", filter.kind(), List.of("service", "job", "cron", "machine"));
        printable("name", filter.name());
        printable("name_prefix", filter.namePrefix());
        printable("label", filter.label());
    }

    private static void known(String field, @Nullable String value, List<String> known) {
        if (value != null && !known.contains(value)) {
            throw Refusal.invalid(List.of(new FieldError(field, "must be one of " + String.join(", ", known))));
        }
    }

    private static void printable(String field, @Nullable String value) {
        if (value != null && value.chars().anyMatch(Character::isISOControl)) {
            throw Refusal.invalid(List.of(new FieldError(field, "must not have control characters")));
        }
    }
}
