package dev.berth.gateway.workload;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.unit.Money;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Whether spend caps and prepaid credit let something start. */
public interface Funds {
    /**
     * What they say; the amounts are null where they say nothing.
     *
     * @param allowed whether it may start
     * @param rule {@code spend_cap}, {@code workload_spend_cap} or {@code prepaid_credit}: which does not let it
     * @param cap the cap, or the credit that is left
     * @param used what is used of it
     * @param needed what ten minutes of it cost, rounded up
     */
    @Schema(name = "Funds")
    record Verdict(
            boolean allowed,
            @Nullable String rule,
            @Nullable Money cap,
            @Nullable Money used,
            @Nullable Money needed) {
        /** Of who has no cap. */
        static final Verdict FREE = new Verdict(true, null, null, null, null);

        /** The verdict of no cap. */
        public static Verdict free() {
            return FREE;
        }
    }

    /**
     * Whether replicas of a size may start: no cap that counts them is reached, and what is left pays for ten minutes of them. Nobody is
     * asked for an account without a cap; while billing does not answer, what was last told decides.
     *
     * @param workload whose they are; null for a new one's
     * @param replicas how many more start; zero to know only whether a cap is reached
     */
    Verdict verdict(
            AccountId account, @Nullable WorkloadId workload, CpuMillis cpuMillis, MemoryMib memoryMib, int replicas);

    /**
     * Lets pass what may start.
     *
     * @throws Refusal 402 {@code spend_cap_reached} that names the rule, the cap, what is used and what is needed
     */
    default void allow(AccountId account, @Nullable WorkloadId workload, Spec spec, int replicas) {
        Verdict verdict = verdict(account, workload, spec.cpuMillis(), spec.memoryMib(), replicas);
        if (verdict.allowed()) {
            return;
        }
        throw refusal(verdict);
    }

    /** From one wish to the next, which was asked to start. */
    default void allow(Wish now, Wish next, boolean starts) {
        long more = next.takes().containers() - now.takes().containers();
        boolean larger = next.takes().cpuMillis() > now.takes().cpuMillis()
                || next.takes().memoryMib() > now.takes().memoryMib();
        if (!starts && !larger) {
            return;
        }
        int replicas = larger && more <= 0 ? next.spec().replicas() : Math.toIntExact(Math.max(0, more));
        allow(next.account(), next.id(), next.spec(), replicas);
    }

    private static Refusal refusal(Verdict verdict) {
        String what = switch (verdict.rule()) {
            case "workload_spend_cap" -> "the workload's spend cap";
            case "prepaid_credit" -> "the prepaid credit";
            case null, default -> "the account's spend cap";
        };
        Money cap = verdict.cap();
        Money used = verdict.used();
        boolean reached = cap == null || used == null || used.amountMinor() >= cap.amountMinor();
        String detail = reached
                ? "Nothing can be started: %s is reached.".formatted(what)
                : "Ten minutes of it cost more than what is left of %s.".formatted(what);
        Refusal refusal = Refusal.of(ErrorCode.SPEND_CAP_REACHED, detail);
        if (verdict.rule() != null) {
            refusal = refusal.fact("rule", verdict.rule());
        }
        if (cap != null && used != null) {
            refusal = refusal.fact("cap", cap).fact("used", used);
        }
        if (verdict.needed() != null) {
            refusal = refusal.fact("needed", verdict.needed());
        }
        return switch (verdict.rule()) {
            case "workload_spend_cap" ->
                refusal.hint("Raise it with PUT /v1/workloads/{id}/spend_cap, or wait for the next period.");
            case "prepaid_credit" -> refusal.hint("Top up the credit; what was stopped starts again by itself.");
            case null, default -> refusal.hint("Raise it with PUT /v1/spend_cap, or wait for the next period.");
        };
    }
}
