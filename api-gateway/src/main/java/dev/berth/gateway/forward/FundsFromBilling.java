package dev.berth.gateway.forward;

import dev.berth.gateway.standing.SpendCap;
import dev.berth.gateway.standing.SpendCaps;
import dev.berth.gateway.workload.Funds;
import dev.berth.schema.cap.CapKind;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.unit.Money;
import dev.berth.schema.wire.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says whether caps let something start: by what was told where a cap is reached, and by billing, which knows what is left to the
 * second, where there is a cap at all. When billing does not answer, what starts may start: whatever is used beyond a cap is
 * credited. Thread-safe.
 */
@Component
class FundsFromBilling implements Funds {
    private static final Logger LOG = LoggerFactory.getLogger(FundsFromBilling.class);

    private final Downstream downstream;
    private final SpendCaps caps;

    FundsFromBilling(Downstream downstream, SpendCaps caps) {
        this.downstream = downstream;
        this.caps = caps;
    }

    private record MayStart(
            boolean allowed,
            @Nullable String kind,
            @Nullable Money cap,
            @Nullable Money used,
            @Nullable Money needed) {}

    @Override
    public Verdict verdict(
            AccountId account, @Nullable WorkloadId workload, CpuMillis cpuMillis, MemoryMib memoryMib, int replicas) {
        List<SpendCap> counting = caps.of(account).stream()
                .filter(cap -> cap.workload() == null || cap.workload().equals(workload))
                .toList();
        for (SpendCap cap : counting) {
            if (cap.reached()) {
                return new Verdict(
                        false,
                        rule(cap.kind()),
                        new Money(cap.amountMinor(), cap.currency()),
                        new Money(cap.usedMinor(), cap.currency()),
                        null);
            }
        }
        if (counting.isEmpty() || replicas == 0) {
            return Verdict.free();
        }
        ObjectNode start = Json.mapper()
                .createObjectNode()
                .put("workload", workload == null ? null : workload.toString())
                .put("cpu_millis", cpuMillis.value())
                .put("memory_mib", memoryMib.value())
                .put("replicas", replicas);
        try {
            MayStart answer = Json.mapper()
                    .treeToValue(
                            downstream.json(Call.ask(
                                    Owner.BILLING, "/internal/v1/spend_cap/may_start", Asker.gateway(account), start)),
                            MayStart.class);
            String kind = answer.kind();
            return new Verdict(
                    answer.allowed(),
                    kind == null ? null : rule(CapKind.of(kind)),
                    answer.cap(),
                    answer.used(),
                    answer.needed());
        } catch (RuntimeException away) { // no answer, a refusal, or one that cannot be read
            LOG.atWarn()
                    .addKeyValue("account", account)
                    .setCause(away)
                    .log("a start is not held against the spend cap");
            return Verdict.free();
        }
    }

    private static String rule(CapKind kind) {
        return switch (kind) {
            case ACCOUNT -> "spend_cap";
            case WORKLOAD -> "workload_spend_cap";
            case PREPAID -> "prepaid_credit";
        };
    }
}
