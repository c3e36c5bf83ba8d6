package dev.berth.stripe.server;

import dev.berth.stripe.state.Json;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The newest requests to the API and what became of them, for people and tests. Without bodies: they may hold card numbers. Safe for use by several threads. */
public final class RequestLog {
    private static final int KEPT = 2_000;

    private final Deque<ObjectNode> newest = new ArrayDeque<>();

    /**
     * Notes one.
     *
     * @param outcome {@code answered}, {@code replayed}, or what a fault made of it
     */
    synchronized void note(String id, String method, String path, String key, int status, String outcome) {
        newest.addLast(
                Json.of("id", id, "method", method, "path", path, "key", key, "status", status, "outcome", outcome));
        if (newest.size() > KEPT) {
            newest.removeFirst();
        }
    }

    /** All that are known, the oldest first. */
    public synchronized List<ObjectNode> all() {
        return List.copyOf(newest);
    }

    synchronized void clear() {
        newest.clear();
    }
}
