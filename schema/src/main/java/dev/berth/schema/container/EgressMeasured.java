package dev.berth.schema.container;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;

/**
 * A reading of a container's meter of egress: the bytes that it has sent since its start to what is outside of the address pool. It never
 * goes down, so that a reading that is late, comes twice or out of order changes no sum; one that never comes is in the next. It has no
 * sequence of its container's facts. The last one of a container is of its last millisecond, since it is taken when it has ended.
 *
 * @param egressBytes of IP packets, headers included
 */
public record EgressMeasured(
        ContainerId container, AccountId account, WorkloadId workload, long egressBytes, Instant measuredAt)
        implements ContainerEvent {
    public EgressMeasured {
        if (egressBytes < 0) {
            throw new IllegalArgumentException("a meter stands at 0 or more, not %d".formatted(egressBytes));
        }
    }

    @Override
    public String key() {
        return container.toString();
    }

    @Override
    public Instant occurredAt() {
        return measuredAt;
    }
}
