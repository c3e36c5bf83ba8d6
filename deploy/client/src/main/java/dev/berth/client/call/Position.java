package dev.berth.client.call;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a stream was read: the last id, and what came with it. A stream of lines has times for ids, so some may share one, and who goes on
 * behind it may be shown the last ones again; these are known here. For one thread.
 */
public final class Position {
    private String last;
    private final List<String> atLast = new ArrayList<>();
    private final List<String> again = new ArrayList<>();

    private Position(String last) {
        this.last = last;
    }

    /** Nothing was read. */
    public static Position start() {
        return new Position("");
    }

    /** Everything up to an id was read; empty for nothing. */
    public static Position behind(String id) {
        return new Position(id);
    }

    /** The last id; empty for none. */
    public String last() {
        return last;
    }

    /** The stream has said where it stands; of use to who has read nothing yet. */
    void standsAt(@Nullable String id) {
        if (last.isEmpty() && id != null) {
            last = id;
        }
    }

    /** A connection begins behind the last id. */
    void resume() {
        again.clear();
        again.addAll(atLast);
    }

    /** Takes an event; false for one that was taken before the connection broke. */
    boolean take(String id, String data) {
        if (id.isEmpty()) {
            return true;
        }
        if (id.equals(last) && again.remove(data)) {
            return false;
        }
        if (!id.equals(last)) {
            last = id;
            atLast.clear();
        }
        atLast.add(data);
        return true;
    }
}
