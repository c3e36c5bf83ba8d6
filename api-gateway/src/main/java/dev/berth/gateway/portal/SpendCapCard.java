package dev.berth.gateway.portal;

import dev.berth.gateway.forward.SpendCapShapes;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A spend cap as a page shows it.
 *
 * @param amount null without a cap
 * @param input the amount as it is typed, in major units; empty without a cap
 * @param percent for the bar, at most 100
 * @param when when it is reached if all goes on so; null when not in this period
 * @param credit what is left to a prepaid account; null for others
 */
record SpendCapCard(
        @Nullable String amount,
        String input,
        String action,
        String used,
        long percent,
        String tone,
        boolean reached,
        @Nullable String when,
        @Nullable String credit,
        String currency,
        List<OfWorkload> workloads) {
    private static final int TIGHT_PERCENT = 75;

    /** The cap of a workload. */
    record OfWorkload(String href, String name, String amount, String used, boolean reached, String action) {}

    static SpendCapCard of(SpendCapShapes.SpendCapNow cap, Names.Book names, Format format) {
        Integer share = cap.percent();
        long percent = cap.amount() == null ? 0 : Math.min(100, share == null ? 100 : share);
        return new SpendCapCard(
                cap.amount() == null ? null : format.money(cap.amount()),
                cap.amount() == null
                        ? ""
                        : typed(cap.amount().amountMinor(), cap.used().currency()),
                cap.action() == null ? "stop" : cap.action(),
                format.money(cap.used()),
                percent,
                percent >= 100 ? "full" : percent >= TIGHT_PERCENT ? "warn" : "",
                cap.reached() || (cap.prepaid() != null && cap.prepaid().reached()),
                cap.msToCap() == null || cap.reached() ? null : format.duration(cap.msToCap()),
                cap.prepaid() == null ? null : format.money(cap.prepaid().remaining()),
                cap.used().currency(),
                cap.workloads().stream()
                        .map(one -> new OfWorkload(
                                "/workloads/" + one.workload(),
                                names.of(one.workload()),
                                format.money(one.amount()),
                                format.money(one.used()),
                                one.reached(),
                                one.action()))
                        .toList());
    }

    private static String typed(long minor, String currency) {
        return BigDecimal.valueOf(
                        minor, Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits()))
                .toPlainString();
    }
}
