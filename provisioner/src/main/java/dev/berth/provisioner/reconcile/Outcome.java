package dev.berth.provisioner.reconcile;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an activation leads to: subjects to look at next, and subjects to look at again at a time. Not thread-safe. */
final class Outcome {
    private final Set<Subject> next = new LinkedHashSet<>();
    private final Map<Subject, Instant> later = new LinkedHashMap<>();

    Outcome then(Subject subject) {
        next.add(subject);
        return this;
    }

    Outcome thenAll(Collection<? extends Subject> subjects) {
        next.addAll(subjects);
        return this;
    }

    Outcome at(@Nullable Instant time, Subject subject) {
        if (time != null) {
            later.merge(subject, time, (a, b) -> a.isBefore(b) ? a : b);
        }
        return this;
    }

    List<Subject> next() {
        return new ArrayList<>(next);
    }

    Map<Subject, Instant> later() {
        return later;
    }
}
