package dev.berth.gateway.workload;

import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.quota.Amount;
import dev.berth.gateway.quota.Quotas;
import dev.berth.schema.id.AccountId;

/** The answer to {@code ?dry_run=true}, put together. */
final class Quoting {
    private Quoting() {}

    /** What a wish would cost, and whether quota and caps would let it start. */
    static Quote of(AccountId account, Spec spec, Quotas quotas, Quotes quotes, Funds funds, RequestContext context) {
        Amount asked = Amount.of(
                spec.replicas(), spec.cpuMillis().value(), spec.memoryMib().value());
        Quotas.Weighed weighed = quotas.weigh(account, asked);
        Quotes.Price price = quotes.of(account, spec.cpuMillis(), spec.memoryMib(), spec.replicas(), context);
        return new Quote(
                true,
                price.perHour(),
                price.perMonth(),
                new Quote.Effect(weighed.allowed(), weighed.after(), weighed.missing()),
                funds.verdict(account, null, spec.cpuMillis(), spec.memoryMib(), spec.replicas()));
    }
}
