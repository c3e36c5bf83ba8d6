package dev.berth.stripe.fault;

import dev.berth.stripe.state.Ids;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.state.Tx;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** The faults that are switched on; documents like all others, so that they survive a restart. */
public final class Faults {
    private static final String KIND = "_fault";
    private static final Set<String> FIELDS = Set.of(
            "kind",
            "times",
            "skip",
            "method",
            "path",
            "event_type",
            "status",
            "committed",
            "millis",
            "seconds",
            "per_second",
            "copies",
            "version");

    private Faults() {}

    /**
     * Switches a fault on.
     *
     * @param wanted {@code kind}; {@code times} how often it acts (default 1; -1 for ever); {@code skip} how many it lets pass before; of
     *     requests {@code method} and {@code path}, a prefix; of webhooks {@code event_type}, a prefix; and what the kind needs
     * @throws IllegalArgumentException saying what does not fit
     */
    public static ObjectNode add(Tx tx, ObjectNode wanted) {
        FaultKind kind = FaultKind.of(Json.text(wanted, "kind"))
                .orElseThrow(() -> new IllegalArgumentException("No such kind of fault: '%s'. There are: %s"
                        .formatted(
                                Json.text(wanted, "kind"),
                                String.join(
                                        ", ",
                                        java.util.Arrays.stream(FaultKind.values())
                                                .map(FaultKind::word)
                                                .toList()))));
        for (String field : wanted.propertyNames()) {
            if (!FIELDS.contains(field)) {
                throw new IllegalArgumentException("No such field: '%s'. There are: %s"
                        .formatted(
                                field,
                                String.join(", ", FIELDS.stream().sorted().toList())));
            }
        }
        if (kind == FaultKind.STATUS && (Json.number(wanted, "status") < 400 || Json.number(wanted, "status") > 599)) {
            throw new IllegalArgumentException("A fault of kind status needs a status from 400 to 599.");
        }
        ObjectNode fault = wanted.deepCopy();
        fault.put("id", Ids.next("fault"));
        if (!fault.has("times")) {
            fault.put("times", 1);
        }
        fault.put("acted", 0);
        tx.put(KIND, fault);
        return fault;
    }

    /** All that are on, those first that were switched on first. */
    public static List<ObjectNode> all(Tx tx) {
        return tx.newestFirst(KIND).reversed();
    }

    /** Switches one off, or all when the id is empty. */
    public static void remove(Tx tx, String id) {
        all(tx).stream()
                .map(fault -> Json.text(fault, "id"))
                .filter(one -> id.isEmpty() || one.equals(id))
                .forEach(one -> tx.remove(KIND, one));
    }

    /**
     * The fault of that kind that acts on this request now, if any; it counts.
     *
     * @param committed whether the request was carried out by now; those of other kinds than status and slow do not care
     */
    public static Optional<ObjectNode> onRequest(Tx tx, FaultKind kind, String method, String path, boolean committed) {
        return take(
                tx,
                kind,
                fault -> Json.flag(fault, "committed") == committed
                        && (!fault.has("method") || Json.text(fault, "method").equalsIgnoreCase(method))
                        && path.startsWith(Json.text(fault, "path")));
    }

    /** The fault of that kind that acts on the delivery of this event now, if any; it counts. */
    public static Optional<ObjectNode> onEvent(Tx tx, FaultKind kind, String type) {
        return take(tx, kind, fault -> type.startsWith(Json.text(fault, "event_type")));
    }

    private static Optional<ObjectNode> take(Tx tx, FaultKind kind, java.util.function.Predicate<ObjectNode> concerns) {
        for (ObjectNode known : all(tx)) {
            if (Json.text(known, "kind").equals(kind.word()) && concerns.test(known)) {
                ObjectNode fault = known.deepCopy();
                if (Json.number(fault, "skip") > 0) {
                    fault.put("skip", Json.number(fault, "skip") - 1);
                    tx.put(KIND, fault);
                    continue;
                }
                long times = Json.number(fault, "times");
                fault.put("acted", Json.number(fault, "acted") + 1);
                if (times > 0) {
                    fault.put("times", times - 1);
                }
                if (times == 1) {
                    tx.remove(KIND, Json.text(fault, "id"));
                } else {
                    tx.put(KIND, fault);
                }
                return Optional.of(fault);
            }
        }
        return Optional.empty();
    }
}
