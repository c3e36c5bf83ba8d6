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

/** What was typed to make a workload, as it was typed. */
record WorkloadForm(
        String kind,
        String name,
        String image,
        String size,
        String replicas,
        String ports,
        String args,
        String env,
        String maxRuntime) {
    static final WorkloadForm BLANK = new WorkloadForm("service", "", "", "xs", "1", "", "", "", "");

    static WorkloadForm of(MultiValueMap<String, String> sent) {
        return new WorkloadForm(
                text(sent, "kind", "service"),
                text(sent, "name", ""),
                text(sent, "image", ""),
                text(sent, "size", "xs"),
                text(sent, "replicas", "1"),
                text(sent, "ports", ""),
                text(sent, "args", ""),
                text(sent, "env", ""),
                text(sent, "max_runtime_s", ""));
    }

    private static String text(MultiValueMap<String, String> sent, String name, String otherwise) {
        String value = sent.getFirst(name);
        return value == null ? otherwise : value;
    }

    /** Whether the part of the form that is folded away holds anything. */
    public boolean more() {
        return !args.isBlank() || !env.isBlank() || !maxRuntime.isBlank();
    }

    /**
     * What it asks for.
     *
     * @throws Refusal 422 for what is no number, or no NAME=value
     */
    WorkloadRequest request() {
        List<FieldError> errors = new ArrayList<>();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", name.strip());
        members.put("kind", kind);
        members.put("image", image.strip());
        members.put("size", size);
        put(members, "replicas", number("replicas", replicas, errors));
        put(members, "max_runtime_s", number("max_runtime_s", maxRuntime, errors));
        List<BigInteger> numbers = new ArrayList<>();
        for (String port : ports.split("[,\\s]+")) {
            BigInteger number = number("ports", port, errors);
            if (number != null) {
                numbers.add(number);
            }
        }
        members.put("ports", numbers);
        List<String> lines = args.lines().filter(line -> !line.isBlank()).toList();
        if (!lines.isEmpty()) {
            members.put("args", lines);
        }
        members.put("env", variables(errors));
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        return WorkloadRequest.of(members);
    }

    /**
     * What the form of a workload that is there asks for; what is left empty stays as it is.
     *
     * @throws Refusal 422 for what is no number
     */
    static WorkloadRequest scaled(String replicas, String size) {
        List<FieldError> errors = new ArrayList<>();
        Map<String, Object> members = new LinkedHashMap<>();
        put(members, "replicas", number("replicas", replicas, errors));
        if (!size.isEmpty()) {
            members.put("size", size);
        }
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        return WorkloadRequest.of(members);
    }

    /**
     * What the form of autoscaling asks for; without a greatest number it is taken away.
     *
     * @throws Refusal 422 for what is no number
     */
    static WorkloadRequest autoscaled(MultiValueMap<String, String> sent) {
        List<FieldError> errors = new ArrayList<>();
        Map<String, Object> autoscale = new LinkedHashMap<>();
        for (String field : List.of("min", "max", "cpu_percent", "memory_percent", "cooldown_s")) {
            put(autoscale, field, number("autoscale." + field, text(sent, field, ""), errors));
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
            numbers.add(scales ? number(field, text(sent, field, ""), errors) : null);
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

    /** The same size and number with stand-ins for what a price does not depend on. */
    WorkloadRequest priced() {
        WorkloadForm stand = new WorkloadForm(kind, "quote", "berth/sample:1", size, replicas, "", "", "", "");
        return stand.request();
    }

    private Map<String, String> variables(List<FieldError> errors) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String line : env.lines().filter(one -> !one.isBlank()).toList()) {
            int at = line.indexOf('=');
            if (at < 1) {
                errors.add(new FieldError("env", "must be NAME=value on each line"));
                break;
            }
            variables.put(line.substring(0, at).strip(), line.substring(at + 1));
        }
        return variables;
    }

    private static void put(Map<String, Object> members, String name, @Nullable BigInteger value) {
        if (value != null) {
            members.put(name, value);
        }
    }

    private static @Nullable BigInteger number(String field, String text, List<FieldError> errors) {
        if (text.isBlank()) {
            return null;
        }
        String digits = text.strip();
        if (!digits.matches("-?[0-9]{1,30}")) {
            errors.add(new FieldError(field, "must be a whole number"));
            return null;
        }
        return new BigInteger(digits);
    }
}
