package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.trigger.TriggerRequest;
import dev.berth.gateway.workload.WorkloadRequest;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/** What the forms of autoscaling and of triggers ask for. */
final class AutomationForm {
    private AutomationForm() {}

    /**
     * What the form of autoscaling asks for; without a greatest number it is taken away.
     *
     * @throws Refusal 422 for what is no number
     */
    static WorkloadRequest autoscaled(MultiValueMap<String, String> sent) {
        List<FieldError> errors = new ArrayList<>();
        Map<String, Object> autoscale = new LinkedHashMap<>();
        for (String field : List.of("min", "max", "cpu_percent", "memory_percent", "cooldown_s")) {
            WorkloadMembers.put(autoscale, field, Lines.number("autoscale." + field, text(sent, field, ""), errors));
        }
        autoscale.putIfAbsent("max", BigInteger.ZERO);
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        return WorkloadRequest.of(Map.of("autoscale", autoscale));
    }

    /**
     * What the form of a new trigger asks for; numbers are of a scale only.
     *
     * @throws Refusal 422 for what is no number
     */
    static TriggerRequest trigger(MultiValueMap<String, String> sent) {
        List<FieldError> errors = new ArrayList<>();
        boolean scales = text(sent, "action", "").equals("scale");
        List<@Nullable BigInteger> numbers = new ArrayList<>();
        for (String field : List.of("replicas", "step", "min", "max")) {
            numbers.add(scales ? Lines.number(field, text(sent, field, ""), errors) : null);
        }
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        return new TriggerRequest(
                text(sent, "name", "").strip(),
                text(sent, "action", ""),
                numbers.get(0),
                numbers.get(1),
                numbers.get(2),
                numbers.get(3));
    }

    private static String text(MultiValueMap<String, String> sent, String name, String otherwise) {
        String value = sent.getFirst(name);
        return value == null ? otherwise : value;
    }
}
