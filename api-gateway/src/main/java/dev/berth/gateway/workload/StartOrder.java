package dev.berth.gateway.workload;

import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** What a workload is started after. Pure. */
final class StartOrder {
    private StartOrder() {}

    /**
     * What it is started after must be there, and must not be started after it.
     *
     * @param dependencies what each workload of the account is started after, by name; asked only if needed
     * @throws Refusal 422 with each name that is wrong
     */
    static void check(Spec spec, Supplier<Map<String, List<String>>> dependencies) {
        List<String> names = spec.manner().dependsOn();
        if (names.isEmpty()) {
            return;
        }
        Map<String, List<String>> others = dependencies.get();
        List<FieldError> errors = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String other = names.get(i);
            String field = "depends_on[%d]".formatted(i);
            if (!others.containsKey(other)) {
                errors.add(new FieldError(field, "names '%s', and there is no workload of that name".formatted(other)));
            } else if (leadsTo(other, spec.name(), others, new HashSet<>())) {
                errors.add(new FieldError(field, "leads back to the workload itself, by '%s'".formatted(other)));
            }
        }
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
    }

    private static boolean leadsTo(String from, String to, Map<String, List<String>> others, Set<String> seen) {
        return seen.add(from)
                && others.getOrDefault(from, List.of()).stream()
                        .anyMatch(next -> next.equals(to) || leadsTo(next, to, others, seen));
    }
}
