package dev.berth.gateway.stack;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.StackId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.util.List;

/** Workloads that one Compose file made. */
record Stack(
        StackId id,
        AccountId account,
        String name,
        long generation,
        Instant createdAt,
        Instant updatedAt,
        List<WorkloadId> members) {
    Stack {
        members = List.copyOf(members);
    }

    String etag() {
        return "\"" + generation + "\"";
    }

    Stack changed(List<WorkloadId> now, Instant at) {
        return new Stack(id, account, name, generation + 1, createdAt, at, now);
    }
}
