package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.workload.WorkloadRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.springframework.util.MultiValueMap;

/**
 * What was typed to make a workload or to change one, as it was typed: texts by the names of the inputs, of which those of a row come
 * as often as there are rows. An input that is not there asks for nothing.
 */
final class WorkloadForm {
    /** Chosen instead of a size by name. */
    static final String OWN = "own";

    /** The inputs of the rows, by the member that the rows are; the first two tell whether a row holds anything. */
    static final Map<String, List<String>> ROWS = Map.of(
            "volumes", List.of("volume", "path", "read_only"),
            "secrets", List.of("name", "at", "as"),
            "files", List.of("path", "content", "executable"));

    private static final List<String> INPUTS = List.of(
            "name",
            "image",
            "cpu_millis",
            "memory_mib",
            "ports",
            "command",
            "args",
            "env",
            "labels",
            "max_runtime_s",
            "retries",
            "parallelism",
            "completions",
            "pull_policy",
            "networks",
            "stop_grace_s",
            "restart",
            "read_only_root",
            "stdin",
            "tty",
            "stop_signal",
            "user",
            "working_dir",
            "depends_on",
            "schedule.cron",
            "schedule.time_zone",
            "schedule.overlap",
            "schedule.missed",
            "rollout.strategy",
            "rollout.max_surge",
            "rollout.max_unavailable",
            "rollout.min_ready_s",
            "rollout.deadline_s",
            "rollout.canary_replicas",
            "rollout.manual",
            "rollout.rollback",
            "health_check.type",
            "readiness_check.type",
            "volumes.volume",
            "secrets.name",
            "files.path");

    /** Nothing was typed yet. */
    static final WorkloadForm BLANK = blank();

    private final Map<String, List<String>> sent;

    private WorkloadForm(Map<String, List<String>> sent) {
        this.sent = sent;
    }

    private static WorkloadForm blank() {
        Map<String, List<String>> texts = new HashMap<>();
        INPUTS.forEach(input -> texts.put(input, List.of("")));
        texts.put("kind", List.of("service"));
        texts.put("size", List.of("xs"));
        texts.put("replicas", List.of("1"));
        for (String input : List.of("auto_destroy", "stdin", "tty")) {
            texts.put(input, List.of("false"));
        }
        return new WorkloadForm(texts);
    }

    static WorkloadForm of(MultiValueMap<String, String> sent) {
        Map<String, List<String>> texts = new HashMap<>();
        sent.forEach((name, values) -> texts.put(
                name,
                values.stream().map(one -> one == null ? "" : Lines.sent(one)).toList()));
        return new WorkloadForm(texts);
    }

    /** The same with other texts. */
    WorkloadForm with(Map<String, List<String>> other) {
        Map<String, List<String>> texts = new HashMap<>(sent);
        texts.putAll(other);
        return new WorkloadForm(texts);
    }

    /** The same without an input, of which the form asks for nothing then. */
    WorkloadForm without(String input) {
        Map<String, List<String>> texts = new HashMap<>(sent);
        texts.remove(input);
        return new WorkloadForm(texts);
    }

    /** Whether an input is there. */
    public boolean has(String input) {
        return sent.containsKey(input);
    }

    /** What an input holds, empty for one that is not there. */
    public String text(String input) {
        List<String> values = sent.get(input);
        return values == null || values.isEmpty() ? "" : values.getFirst();
    }

    /** The same for a text area, whose first line end a browser leaves out (HTML, 13.2.6.4.7). */
    public String area(String input) {
        return "\n" + text(input);
    }

    /** A row of inputs. */
    record Row(Map<String, String> texts) {
        /** What an input of the row holds. */
        public String get(String input) {
            return texts.getOrDefault(input, "");
        }

        /** Whether it holds what is not among some choices, such as a volume that was deleted. */
        public boolean isElsewhere(String input, List<WorkloadFormPages.Choice> choices) {
            return !get(input).isEmpty()
                    && choices.stream().noneMatch(one -> one.value().equals(get(input)));
        }

        /** The same for a text area. */
        public String area(String input) {
            return "\n" + get(input);
        }
    }

    /** The rows that hold something and one more, for a page. */
    public List<Row> rows(String member) {
        List<Row> rows = new ArrayList<>(filled(member));
        rows.add(new Row(Map.of()));
        return rows;
    }

    /** The rows that hold something, in their order. */
    List<Row> filled(String member) {
        List<String> inputs = ROWS.getOrDefault(member, List.of());
        int most = inputs.stream()
                .mapToInt(input ->
                        sent.getOrDefault(member + "." + input, List.of()).size())
                .max()
                .orElse(0);
        return IntStream.range(0, most)
                .mapToObj(i -> {
                    Map<String, String> texts = new HashMap<>();
                    inputs.forEach(input -> {
                        List<String> values = sent.getOrDefault(member + "." + input, List.of());
                        texts.put(input, i < values.size() ? values.get(i) : "");
                    });
                    return new Row(texts);
                })
                .filter(row -> !row.get(inputs.get(0)).isBlank()
                        || !row.get(inputs.get(1)).isBlank())
                .toList();
    }

    /** Whether the part of the form that is folded away holds anything. */
    public boolean more() {
        return List.of("command", "args", "env", "max_runtime_s").stream()
                .anyMatch(input -> !text(input).isBlank());
    }

    /** Whether one of some inputs, or of some rows, holds anything else than in a form that nobody typed in. */
    public boolean differs(List<String> inputs) {
        return inputs.stream()
                .anyMatch(input -> ROWS.containsKey(input)
                        ? !filled(input).isEmpty()
                        : !text(input).equals(BLANK.text(input)));
    }

    /**
     * What it asks for as a new workload.
     *
     * @throws Refusal 422 for what is no number, no NAME=value or no command
     */
    WorkloadRequest request() {
        Map<String, Object> members = changes(BLANK);
        members.put("name", text("name").strip());
        members.put("kind", text("kind").isEmpty() ? "service" : text("kind"));
        members.put("image", text("image").strip());
        return WorkloadRequest.of(members);
    }

    /**
     * What it asks for of a workload that is there: what differs from the form as it was handed out.
     *
     * @throws Refusal as {@link #request}
     */
    Map<String, Object> changes(WorkloadForm before) {
        List<FieldError> errors = new ArrayList<>();
        Map<String, Object> asked = new WorkloadMembers(this, errors).all();
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        Map<String, Object> was = new WorkloadMembers(before, new ArrayList<>()).all();
        Map<String, Object> changes = new LinkedHashMap<>();
        asked.forEach((name, value) -> {
            if (!value.equals(was.get(name))) {
                changes.put(name, value);
            }
        });
        return changes;
    }

    /** What the form of a workload's scale holds, or held when it was handed out. */
    record Scale(String replicas, String size) {}

    /**
     * What the form of a workload that is there asks for. What is left empty, or as it was, stays as it is by now: autoscaling may have
     * changed it meanwhile.
     *
     * @throws Refusal 422 for what is no number
     */
    static WorkloadRequest scaled(Scale asked, Scale was) {
        List<FieldError> errors = new ArrayList<>();
        Map<String, Object> members = new LinkedHashMap<>();
        if (!asked.replicas().strip().equals(was.replicas())) {
            WorkloadMembers.put(members, "replicas", Lines.number("replicas", asked.replicas(), errors));
        }
        if (!asked.size().isEmpty() && !asked.size().equals(was.size())) {
            members.put("size", asked.size());
        }
        if (!errors.isEmpty()) {
            throw Refusal.invalid(errors);
        }
        return WorkloadRequest.of(members);
    }

    /** The same size and number with stand-ins for what a price does not depend on. */
    WorkloadRequest priced() {
        boolean task = List.of("job", "cron").contains(text("kind"));
        String together = task ? text("parallelism").isBlank() ? "1" : text("parallelism") : text("replicas");
        Map<String, List<String>> texts = new HashMap<>();
        List.of("size", "cpu_millis", "memory_mib").forEach(input -> texts.put(input, List.of(text(input))));
        texts.put("replicas", List.of(text("kind").equals("machine") ? "1" : together));
        texts.put("name", List.of("quote"));
        texts.put("image", List.of("berth/sample:1"));
        return BLANK.with(texts).request();
    }
}
