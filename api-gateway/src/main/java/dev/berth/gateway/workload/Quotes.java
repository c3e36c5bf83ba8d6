package dev.berth.gateway.workload;

import dev.berth.gateway.edge.RequestContext;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.unit.Money;

/** What something would cost; asked of billing. */
public interface Quotes {
    /** Without free allowances, in the account's currency. */
    record Price(Money perHour, Money perMonth) {}

    /**
     * The price of replicas of a size.
     *
     * @throws dev.berth.gateway.edge.Refusal 503 {@code upstream_unavailable} with Retry-After if billing does not answer
     */
    Price of(AccountId account, CpuMillis cpuMillis, MemoryMib memoryMib, int replicas, RequestContext context);
}
