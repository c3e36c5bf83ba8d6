package dev.berth.stripe.state;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * All documents of a double, in memory, by kind and in the order of their making. One transaction runs at a time. With a file, each
 * transaction is one line of it, written before anybody sees its result; so the end of the process, however sudden, loses nothing that was answered.
 * (Power loss may: the line is not forced to the disk.) Safe for use by several threads.
 */
public final class Store implements AutoCloseable {
    private final Map<String, SequencedMap<String, ObjectNode>> kinds = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final @Nullable Journal journal;
    private long version;

    private Store(@Nullable Journal journal) {
        this.journal = journal;
    }

    /** An empty store that forgets everything at its end. */
    public static Store inMemory() {
        return new Store(null);
    }

    /**
     * A store whose documents are in that file, which need not exist.
     *
     * @throws java.io.UncheckedIOException when it cannot be read or written
     */
    public static Store in(Path file) {
        Map<String, SequencedMap<String, ObjectNode>> read = new HashMap<>();
        Journal journal = Journal.open(file, change -> apply(read, change.kind(), change.id(), change.document()));
        Store store = new Store(journal);
        store.kinds.putAll(read);
        return store;
    }

    /** Runs a transaction: what it changed is kept when it returns, and forgotten when it throws. */
    public <T> T change(Function<Tx, T> work) {
        lock.lock();
        try {
            Tx tx = new Tx(kinds);
            T result = work.apply(tx);
            commit(tx);
            return result;
        } finally {
            lock.unlock();
        }
    }

    private void commit(Tx tx) {
        if (tx.changes().isEmpty()) {
            return;
        }
        List<Journal.Change> changes = new ArrayList<>();
        tx.changes()
                .forEach((slot, document) ->
                        changes.add(new Journal.Change(slot.kind(), slot.id(), document.orElse(null))));
        if (journal != null) {
            journal.append(changes);
        }
        changes.forEach(change -> apply(kinds, change.kind(), change.id(), change.document()));
        version++;
        changed.signalAll();
    }

    private static void apply(
            Map<String, SequencedMap<String, ObjectNode>> kinds,
            String kind,
            String id,
            @Nullable ObjectNode document) {
        SequencedMap<String, ObjectNode> documents = kinds.computeIfAbsent(kind, _ -> new LinkedHashMap<>());
        if (document == null) {
            documents.remove(id);
        } else {
            documents.put(id, document);
        }
    }

    /** How many transactions changed something so far. */
    public long version() {
        lock.lock();
        try {
            return version;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something changed since that version, for at most so many milliseconds. */
    public void awaitChangeSince(long seen, long millis) throws InterruptedException {
        long left = TimeUnit.MILLISECONDS.toNanos(millis);
        lock.lock();
        try {
            while (version == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets everything. */
    public void clear() {
        change(tx -> {
            kinds.forEach((kind, documents) -> documents.keySet().forEach(id -> tx.remove(kind, id)));
            return true;
        });
    }

    /** How many documents there are of each kind. */
    public Map<String, Integer> counts() {
        return change(_ -> {
            Map<String, Integer> counts = new TreeMap<>();
            kinds.forEach((kind, documents) -> counts.put(kind, documents.size()));
            return counts;
        });
    }

    @Override
    public void close() {
        if (journal != null) {
            journal.close();
        }
    }
}
