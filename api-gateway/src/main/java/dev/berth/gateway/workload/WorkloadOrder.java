package dev.berth.gateway.workload;

import dev.berth.gateway.edge.Cursor;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Sort;
import dev.berth.schema.id.WorkloadId;
import org.jspecify.annotations.Nullable;

/**
 * In which order workloads are listed: by their ids, which grow with the time at which they were made, or by their names and, of
 * one name (a removed one and its successor), by their ids. So each order is whole, and a page begins right behind the one before
 * whatever was made or removed meanwhile. Pure.
 */
record WorkloadOrder(Sort sort) {
    private static final String NAME = "name";
    private static final int ID_CHARS = WorkloadId.PREFIX.length() + 27;

    /** Where a page ended. */
    record Place(WorkloadId id, String name) {}

    /** The order of the query parameter; null for the newest first. */
    static WorkloadOrder of(@Nullable String sort) {
        return new WorkloadOrder(Sort.parse(sort, "-created_at", "created_at", NAME, "-" + NAME));
    }

    /** Where a page ends, with its order. */
    String position(Wish last) {
        return sort.mark(byName() ? last.id() + last.spec().name() : last.id().toString());
    }

    /** Where the page before ended, as {@link #position} has made it, null for the first; a refusal for anything else. */
    @Nullable
    Place after(Paging paging) {
        Cursor cursor = paging.after();
        if (cursor == null) {
            return null;
        }
        String text = sort.unmark(cursor.position());
        if (text.length() < ID_CHARS || (!byName() && text.length() > ID_CHARS)) {
            throw Cursor.foreign();
        }
        WorkloadId id = Workloads.parse(text.substring(0, ID_CHARS)).orElseThrow(Cursor::foreign);
        return new Place(id, text.substring(ID_CHARS));
    }

    /** Whether the greatest comes first. */
    boolean descending() {
        return sort.descending();
    }

    /** Whether by names; otherwise by ids. */
    boolean byName() {
        return sort.field().equals(NAME);
    }
}
