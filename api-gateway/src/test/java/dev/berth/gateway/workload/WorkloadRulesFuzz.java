package dev.berth.gateway.workload;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.testing.FuzzTarget;
import dev.berth.schema.wire.Json;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** Requests for workloads: names, variables, labels, ports, checks, volumes and the rest keep their rules, or are refused with their field. */
final class WorkloadRulesFuzz implements FuzzTarget {
    private static final JsonMapper STRICT = Json.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private final WorkloadRules rules = new WorkloadRules(Set.of());

    @Override
    public int executions() {
        return 10_000;
    }

    @Override
    public void execute(byte[] input) {
        WorkloadRequest request;
        try {
            request = STRICT.readValue(input, WorkloadRequest.class);
        } catch (JacksonException e) {
            return; // how that is refused is the matter of JsonBodyFuzz
        }
        if (request == null) {
            return;
        }
        try {
            Spec spec = rules.create(request);
            must(spec.name().matches("[a-z]([a-z0-9-]{0,38}[a-z0-9])?"), "the name '%s'", spec.name());
            must(spec.ports().stream().allMatch(port -> port >= 1 && port <= 65_535), "the ports %s", spec.ports());
            must(spec.replicas() >= 1 && spec.replicas() <= WorkloadRules.MAX_REPLICAS, "%d", spec.replicas());
            spec.env().forEach((name, value) -> {
                must(name.matches("[A-Za-z_][A-Za-z0-9_]{0,127}"), "the variable '%s'", name);
                must(value.indexOf('\0') < 0, "'%s' is cut short", name);
            });
            spec.labels().forEach((name, value) -> {
                must(!name.startsWith("dev.berth.") && name.length() <= 63, "the label '%s'", name);
                must(value.chars().noneMatch(Character::isISOControl), "'%s' has control characters", name);
            });
            FieldCheck.size(spec);
            must(rules.change(spec, request).equals(spec), "%s is changed by the request that made it", spec);
        } catch (Refusal e) {
            must(e.problem().code().status() == 422 && !e.problem().errors().isEmpty(), "refused as %s", e.problem());
        }
    }
}
