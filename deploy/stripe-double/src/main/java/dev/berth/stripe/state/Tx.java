package dev.berth.stripe.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.node.ObjectNode;

/** What one transaction sees and wants to change. For one thread, while it is within {@link Store#change}. */
public final class Tx {
    private final Map<String, SequencedMap<String, ObjectNode>> base;
    private final SequencedMap<Slot, Optional<ObjectNode>> changes = new LinkedHashMap<>();

    Tx(Map<String, SequencedMap<String, ObjectNode>> base) {
        this.base = base;
    }

    /**
     * Where a document is.
     *
     * @param kind which kind, such as {@code customer}; those of the double itself begin with an underscore
     * @param id its id within the kind
     */
    record Slot(String kind, String id) {}

    SequencedMap<Slot, Optional<ObjectNode>> changes() {
        return changes;
    }

    /** A copy of a document, as this transaction left it. */
    public Optional<ObjectNode> find(String kind, String id) {
        Optional<ObjectNode> changed = changes.get(new Slot(kind, id));
        if (changed != null) {
            return changed.map(ObjectNode::deepCopy);
        }
        return Optional.ofNullable(documents(kind).get(id)).map(ObjectNode::deepCopy);
    }

    /** Keeps a document under its field {@code id}; a known one keeps its place in the order. */
    public void put(String kind, ObjectNode document) {
        changes.put(new Slot(kind, Json.text(document, "id")), Optional.of(document.deepCopy()));
    }

    /** Forgets a document. */
    public void remove(String kind, String id) {
        changes.put(new Slot(kind, id), Optional.empty());
    }

    /** All of a kind, the newest first. They are not copies: whoever wants to change one asks for it with {@link #find}. */
    public List<ObjectNode> newestFirst(String kind) {
        SequencedMap<String, ObjectNode> seen = documents(kind);
        boolean changed = changes.keySet().stream().anyMatch(slot -> slot.kind().equals(kind));
        if (changed) {
            SequencedMap<String, ObjectNode> merged = new LinkedHashMap<>(seen);
            changes.forEach((slot, document) -> {
                if (slot.kind().equals(kind)) {
                    document.ifPresentOrElse(present -> merged.put(slot.id(), present), () -> merged.remove(slot.id()));
                }
            });
            seen = merged;
        }
        return new ArrayList<>(seen.reversed().values());
    }

    private SequencedMap<String, ObjectNode> documents(String kind) {
        return base.getOrDefault(kind, new LinkedHashMap<>());
    }
}
