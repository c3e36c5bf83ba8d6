package dev.berth.gateway.forward;

import dev.berth.schema.unit.Money;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON of spend caps, for the document and the pages. */
public final class SpendCapShapes {
    private SpendCapShapes() {}

    /**
     * What is to be the cap.
     *
     * @param amount before tax, of a billing period; zero lets nothing run
     * @param action {@code refuse} new starts, or {@code stop} what runs too
     */
    public record NewSpendCap(
            @Nullable CapAmount amount, @Nullable String action) {}

    /** An amount in minor units of the account's currency. */
    public record CapAmount(
            @Nullable Long amountMinor, @Nullable String currency) {}

    /** A cap and how it stands; without one it has no amount and no action. */
    public record SpendCapNow(
            @Nullable String workload,
            @Nullable Money amount,
            @Nullable String action,
            Money used,
            @Nullable Money remaining,
            @Nullable Integer percent,
            int notified,
            boolean reached,
            @Nullable Instant reachedAt,
            @Nullable Long msToCap,
            Shapes.Span period,
            @Nullable PrepaidCredit prepaid,
            List<WorkloadCap> workloads) {}

    /** The credit of a prepaid account, which is a cap of its own. */
    public record PrepaidCredit(Money credit, Money remaining, boolean reached) {}

    /** The cap of a workload, in short. */
    public record WorkloadCap(String workload, Money amount, String action, Money used, boolean reached) {}

    /** Whether an account is prepaid. */
    record PrepaidMode(@Nullable Boolean prepaid) {}
}
