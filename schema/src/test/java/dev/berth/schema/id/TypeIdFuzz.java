package dev.berth.schema.id;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.schema.testing.FuzzTarget;
import java.util.UUID;

/** Reading of ids: a text is the one text of its id, or is refused. */
final class TypeIdFuzz implements FuzzTarget {
    @Override
    public int executions() {
        return 250_000;
    }

    @Override
    public void execute(byte[] input) {
        String text = FuzzTarget.text(input);
        int end = text.indexOf('_');
        String prefix = end < 0 ? "wl" : text.substring(0, end);
        try {
            UUID uuid = TypeId.decode(prefix, text);
            must(TypeId.encode(prefix, uuid).equals(text), "'%s' is written '%s'", text, TypeId.encode(prefix, uuid));
            must(text.matches("[^_]*_[0-7][0-9a-hjkmnp-tv-z]{25}"), "'%s' is taken for an id", text);
        } catch (IllegalArgumentException e) {
            must(e.getClass() == IllegalArgumentException.class, "'%s' is refused with %s", text, e);
        }
        try {
            WorkloadId id = WorkloadId.parse(text);
            must(id.toString().equals(text), "'%s' is written '%s'", text, id);
        } catch (IllegalArgumentException e) {
            must(e.getClass() == IllegalArgumentException.class, "'%s' is refused with %s", text, e);
        }
    }
}
