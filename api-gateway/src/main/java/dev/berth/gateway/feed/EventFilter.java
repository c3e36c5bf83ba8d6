package dev.berth.gateway.feed;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Words;
import dev.berth.schema.id.WorkloadId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which events are asked for; nothing said is all of them.
 *
 * @param types full types, empty for all
 * @param workload only what concerns this workload
 * @param subject only what happened to this id
 * @param operation only what this operation caused
 */
public record EventFilter(
        List<String> types,
        @Nullable WorkloadId workload,
        @Nullable String subject,
        @Nullable String operation) {
    /** All events. */
    public static final EventFilter ALL = new EventFilter(List.of(), null, null, null);

    private static final Pattern ID = Pattern.compile("[a-z]{2,8}_[0-9a-z]{26}");

    public EventFilter {
        types = List.copyOf(types);
    }

    /**
     * Reads the query: {@code type} is a list with commas of types ({@code container.started}) or of their first words
     * ({@code container}).
     *
     * @throws Refusal 422 for a type that there is not, or an id that is none
     */
    public static EventFilter parse(
            @Nullable String type, @Nullable String workload, @Nullable String subject, @Nullable String operation) {
        if (subject != null && !ID.matcher(subject).matches()) {
            throw Refusal.of(ErrorCode.INVALID, "subject is no id.").field("subject", "must be an id such as ctr_…");
        }
        if (operation != null && !ID.matcher(operation).matches()) {
            throw Refusal.of(ErrorCode.INVALID, "operation is no id.").field("operation", "must be an id such as op_…");
        }
        return new EventFilter(
                type == null ? List.of() : types(type), workload == null ? null : id(workload), subject, operation);
    }

    /**
     * The same, cut to what a reader may see: a key that may read the account does not by that read the workloads or the money.
     *
     * @throws Refusal 403 if nothing is left of what was asked for
     */
    public EventFilter seenBy(Principal.Customer reader) {
        List<String> visible = FeedTypes.seenBy(reader);
        if (visible.size() == FeedTypes.ALL.size()) {
            return this;
        }
        List<String> left = types.isEmpty()
                ? visible
                : types.stream().filter(visible::contains).toList();
        if (left.isEmpty()) {
            reader.need(FeedTypes.scope(types.getFirst()), "The event type '%s'".formatted(types.getFirst()));
        }
        return new EventFilter(left, workload, subject, operation);
    }

    private static List<String> types(String text) {
        List<String> chosen = new ArrayList<>();
        for (String word : text.split(",", -1)) {
            String wanted = word.strip();
            List<String> found = FeedTypes.ALL.stream()
                    .filter(known -> known.equals(wanted) || known.startsWith(wanted + "."))
                    .toList();
            if (found.isEmpty()) {
                Refusal refusal = Refusal.of(
                                ErrorCode.INVALID, "There is no event type '%s'.".formatted(Words.cut(wanted)))
                        .field("type", "must be one of " + String.join(", ", FeedTypes.ALL));
                throw Words.closest(wanted, FeedTypes.ALL)
                        .map(meant -> refusal.hint("Did you mean '%s'?".formatted(meant)))
                        .orElse(refusal);
            }
            chosen.addAll(found);
        }
        return chosen.stream().distinct().toList();
    }

    private static WorkloadId id(String text) {
        try {
            return WorkloadId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.of(ErrorCode.INVALID, "workload is no id.").field("workload", String.valueOf(e.getMessage()));
        }
    }

    /** Whether an event is asked for. */
    boolean takes(FeedEvent event) {
        return (types.isEmpty() || types.contains(event.type()))
                && (workload == null || workload.equals(event.workload()))
                && (subject == null || subject.equals(event.subject()))
                && (operation == null || operation.equals(event.cause().operation()));
    }
}
