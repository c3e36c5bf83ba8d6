package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.stack.ShellWords;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the members of a request from a form; what is none goes to the errors. For one thread. */
final class WorkloadMembers {
    /** What is behind the name of an internal network. */
    static final String INTERNAL = ":internal";

    private final WorkloadForm form;
    private final List<FieldError> errors;
    private final Map<String, Object> members = new LinkedHashMap<>();
    private final String kind;

    WorkloadMembers(WorkloadForm form, List<FieldError> errors) {
        this.form = form;
        this.errors = errors;
        this.kind = form.text("kind").isEmpty() ? "service" : form.text("kind");
    }

    /** All members of which there are inputs that go with the kind of the workload. */
    Map<String, Object> all() {
        boolean service = kind.equals("service");
        boolean task = kind.equals("job") || kind.equals("cron");
        read("image", String::strip);
        size();
        if (service) {
            number("replicas");
            read("rollout.strategy", "rollout", _ -> rollout());
            read("readiness_check.type", "readiness_check", _ -> check("readiness_check"));
        }
        if (task) {
            number("parallelism");
            number("completions");
            number("max_runtime_s");
            number("retries");
        }
        if (kind.equals("job")) {
            read("auto_destroy", Boolean::valueOf);
        }
        if (kind.equals("cron")) {
            read("schedule.cron", "schedule", _ -> schedule());
        }
        read("health_check.type", "health_check", _ -> check("health_check"));
        read("ports", this::ports);
        read("command", Lines::list);
        read("args", Lines::list);
        read("env", text -> Lines.map("env", text, errors));
        read("labels", text -> Lines.map("labels", text, errors));
        read("depends_on", WorkloadMembers::names);
        read("networks", WorkloadMembers::networks);
        read("pull_policy", String::strip);
        number("stop_grace_s");
        read("restart", WorkloadMembers::chosen);
        read("read_only_root", text -> text.isEmpty() ? null : Boolean.valueOf(text));
        read("stdin", Boolean::valueOf);
        read("tty", Boolean::valueOf);
        for (String input : List.of("stop_signal", "user", "working_dir")) {
            read(input, String::strip);
        }
        read("volumes.volume", "volumes", _ -> volumes());
        read("secrets.name", "secrets", _ -> secrets());
        read("files.path", "files", _ -> files());
        return members;
    }

    private void read(String input, Function<String, @Nullable Object> value) {
        read(input, input, value);
    }

    private void read(String input, String member, Function<String, @Nullable Object> value) {
        if (form.has(input)) {
            put(members, member, value.apply(form.text(input)));
        }
    }

    private void number(String input) {
        put(members, input, Lines.number(input, form.text(input), errors));
    }

    private void size() {
        if (form.text("size").equals(WorkloadForm.OWN)) {
            number("cpu_millis");
            number("memory_mib");
            for (String input : List.of("cpu_millis", "memory_mib")) {
                if (form.text(input).isBlank()) {
                    errors.add(new FieldError(input, "is required for a size of your own"));
                }
            }
        } else {
            read("size", WorkloadMembers::chosen);
        }
    }

    private List<BigInteger> ports(String text) {
        List<BigInteger> numbers = new ArrayList<>();
        for (String port : text.split("[,\\s]+")) {
            BigInteger number = Lines.number("ports", port, errors);
            if (number != null) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    private Map<String, Object> check(String member) {
        String type = form.text(member + ".type");
        Map<String, Object> check = new LinkedHashMap<>();
        check.put("type", type.isEmpty() ? "none" : type);
        if (check.get("type").equals("none")) {
            return check;
        }
        if (type.equals("exec")) {
            put(check, "command", words(member + ".command"));
        } else {
            number(check, member, "port");
        }
        if (type.equals("http")) {
            put(check, "path", chosen(form.text(member + ".path").strip()));
        }
        for (String input : List.of("interval_s", "timeout_s", "retries", "start_period_s")) {
            number(check, member, input);
        }
        return check;
    }

    private @Nullable List<String> words(String input) {
        List<String> words = ShellWords.split(form.text(input)).orElse(null);
        if (words == null) {
            errors.add(new FieldError(input, "has a quote that is not closed"));
        }
        return words;
    }

    private Map<String, Object> schedule() {
        Map<String, Object> schedule = new LinkedHashMap<>();
        for (String input : List.of("cron", "time_zone", "overlap", "missed")) {
            put(schedule, input, chosen(form.text("schedule." + input).strip()));
        }
        return schedule;
    }

    private Map<String, Object> rollout() {
        Map<String, Object> rollout = new LinkedHashMap<>();
        put(rollout, "strategy", chosen(form.text("rollout.strategy")));
        for (String input : List.of("max_surge", "max_unavailable", "min_ready_s", "deadline_s", "canary_replicas")) {
            number(rollout, "rollout", input);
        }
        for (String input : List.of("manual", "rollback")) {
            String text = form.text("rollout." + input);
            put(rollout, input, text.isEmpty() ? null : Boolean.valueOf(text));
        }
        return rollout;
    }

    private List<Object> volumes() {
        List<Object> mounts = new ArrayList<>();
        for (WorkloadForm.Row row : form.filled("volumes")) {
            mounts.add(Map.of(
                    "volume", row.get("volume"),
                    "path", row.get("path").strip(),
                    "read_only", Boolean.valueOf(row.get("read_only"))));
        }
        return mounts;
    }

    private List<Object> secrets() {
        List<Object> uses = new ArrayList<>();
        for (WorkloadForm.Row row : form.filled("secrets")) {
            Map<String, Object> use = new LinkedHashMap<>();
            use.put("name", row.get("name"));
            String at = row.get("at").strip();
            if (row.get("as").equals("env")) {
                use.put("env", at);
            } else {
                put(use, "path", chosen(at));
            }
            uses.add(use);
        }
        return uses;
    }

    private List<Object> files() {
        List<Object> files = new ArrayList<>();
        for (WorkloadForm.Row row : form.filled("files")) {
            files.add(Map.of(
                    "path", row.get("path").strip(),
                    "content", row.get("content"),
                    "executable", Boolean.valueOf(row.get("executable"))));
        }
        return files;
    }

    private void number(Map<String, Object> into, String member, String input) {
        String field = member + "." + input;
        put(into, input, Lines.number(field, form.text(field), errors));
    }

    /** Names, of which one that is followed by {@code :internal} is of an internal network. */
    private static List<Object> networks(String text) {
        List<Object> networks = new ArrayList<>();
        for (String word : names(text)) {
            boolean internal = word.endsWith(INTERNAL);
            String name = internal ? word.substring(0, word.length() - INTERNAL.length()) : word;
            networks.add(Map.of("name", name, "internal", internal));
        }
        return networks;
    }

    private static List<String> names(String text) {
        return Arrays.stream(text.split("[,\\s]+"))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static @Nullable String chosen(String text) {
        return text.isEmpty() ? null : text;
    }

    /** Puts a value into a map, unless there is none. */
    static void put(Map<String, Object> members, String name, @Nullable Object value) {
        if (value != null) {
            members.put(name, value);
        }
    }
}
