package dev.berth.metering.window;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;

/** Billed use of one container, or of one volume, in one UTC hour. */
public record Window(ContainerId container, Instant hour, AccountId account, WorkloadId workload, Quantity quantity) {

    /** The same window with more use, or with less where that is negative. */
    public Window plus(Quantity more) {
        return new Window(container, hour, account, workload, quantity.plus(more));
    }
}
