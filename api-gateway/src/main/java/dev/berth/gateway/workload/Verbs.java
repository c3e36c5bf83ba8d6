package dev.berth.gateway.workload;

import dev.berth.schema.workload.DesiredState;
import java.util.Map;

/** What a change of a wish is called, and what takes it back; pure. */
final class Verbs {
    /** What an operation is called, and what a cancellation sends back: members of {@link WorkloadRequest}, or a revision. */
    record Named(String verb, Map<String, Object> undo) {
        private static Named of(String action) {
            return new Named("workload." + action, Map.of());
        }

        private static Named of(String action, Map<String, Object> undo) {
            return new Named("workload." + action, undo);
        }
    }

    private Verbs() {}

    /** A new wish. */
    static Named create() {
        return Named.of("create");
    }

    /** From one wish to the next; the most telling of what differs. */
    static Named of(Wish before, Wish next) {
        Spec was = before.spec();
        Spec is = next.spec();
        if (next.removedAt() != null) {
            return Named.of("remove");
        }
        if (next.wanted() != before.wanted()) {
            return Named.of(
                    next.wanted() == DesiredState.STOPPED
                            ? "stop"
                            : is.isTask() && runs(before, next) ? "run" : "start");
        }
        if (next.paused() != before.paused() && next.spec().equals(before.spec()) && !runs(before, next)) {
            return Named.of(next.paused() ? "pause" : "unpause");
        }
        if (next.revision() != before.revision()) {
            String action = next.revision() <= before.lastRevision() ? "rollback" : "deploy";
            return Named.of(action, Map.of("revision", before.revision()));
        }
        if (runs(before, next)) {
            return Named.of(is.isTask() ? "run" : "restart");
        }
        if (was.replicas() != is.replicas()) {
            return Named.of("scale", Map.of(is.isTask() ? "parallelism" : "replicas", was.replicas()));
        }
        if (!was.cpuMillis().equals(is.cpuMillis()) || !was.memoryMib().equals(is.memoryMib())) {
            return Named.of(
                    "resize",
                    Map.of(
                            "cpu_millis", was.cpuMillis().value(),
                            "memory_mib", was.memoryMib().value()));
        }
        return Named.of("update");
    }

    private static boolean runs(Wish before, Wish next) {
        return next.run() != before.run();
    }
}
