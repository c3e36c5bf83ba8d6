package dev.berth.gateway.portal;

import dev.berth.gateway.stack.Finding;
import dev.berth.gateway.stack.StackPlan;
import dev.berth.gateway.stack.StackView;
import dev.berth.schema.wire.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Stacks, and what is said of their files, as the pages show them. Pure. */
final class StackCards {
    /** A stack in the list. */
    record Row(String id, String name, int workloads, String state, String tone, String updated) {
        static Row of(StackView view, Format format) {
            List<WorkloadCard> members = view.workloads().stream()
                    .map(one -> WorkloadCard.of(one, format))
                    .toList();
            Map<String, Integer> states = new TreeMap<>();
            members.forEach(one -> states.merge(one.state(), 1, Integer::sum));
            String state = states.size() == 1
                    ? states.keySet().iterator().next()
                    : states.isEmpty() ? "empty" : String.join(", ", words(states));
            String tone = members.stream()
                    .map(WorkloadCard::tone)
                    .reduce((one, other) -> RANK.indexOf(one) > RANK.indexOf(other) ? one : other)
                    .orElse("");
            return new Row(
                    view.id().toString(), view.name(), members.size(), state, tone, format.time(view.updatedAt()));
        }

        private static List<String> words(Map<String, Integer> states) {
            return states.entrySet().stream()
                    .map(one -> "%d %s".formatted(one.getValue(), one.getKey()))
                    .toList();
        }
    }

    private static final List<String> RANK = List.of("", "ok", "info", "warn", "bad");

    /**
     * What is said of one place in a file.
     *
     * @param leaveOut whether the place can be left out, and is not
     */
    record FindingRow(
            String path,
            @Nullable Integer line,
            String message,
            @Nullable String hint,
            boolean refused,
            boolean leaveOut) {
        static FindingRow of(Finding finding) {
            boolean place =
                    finding.path().startsWith("services.") || finding.path().startsWith("volumes.");
            return new FindingRow(
                    finding.path(),
                    finding.line(),
                    finding.message(),
                    finding.hint(),
                    finding.refused(),
                    finding.refused() && place);
        }
    }

    /** A workload that the file would make. */
    record Made(String name, String kind, String image, String size, String containers) {
        static Made of(Map<String, Object> members, Format format) {
            JsonNode one = Json.mapper().valueToTree(members);
            return new Made(
                    one.path("name").asString(""),
                    one.path("kind").asString("service"),
                    Format.image(one.path("image").asString("")),
                    one.path("size").isString()
                            ? one.path("size").asString("")
                            : format.size(
                                    one.path("cpu_millis").asInt(),
                                    one.path("memory_mib").asInt()),
                    one.path("replicas").isNumber()
                            ? String.valueOf(one.path("replicas").asInt())
                            : "1");
        }
    }

    /** What a file would become. */
    record Plan(boolean allowed, int refused, List<FindingRow> findings, List<Made> workloads, List<String> volumes) {
        static Plan of(StackPlan plan, Format format) {
            List<FindingRow> findings =
                    plan.findings().stream().map(FindingRow::of).toList();
            return new Plan(
                    plan.allowed(),
                    (int) findings.stream().filter(FindingRow::refused).count(),
                    findings,
                    plan.workloads().stream().map(one -> Made.of(one, format)).toList(),
                    plan.volumes().entrySet().stream()
                            .map(one -> "%s, %d GiB".formatted(one.getKey(), one.getValue()))
                            .toList());
        }
    }

    private StackCards() {}
}
