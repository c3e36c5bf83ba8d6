package dev.berth.billing.invoice;

import dev.berth.billing.catalog.Component;
import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.billing.catalog.PriceModel;
import dev.berth.billing.coupon.CouponRules;
import dev.berth.billing.rating.Charge;
import dev.berth.billing.rating.LargestRemainder;
import dev.berth.billing.rating.MonthRating;
import dev.berth.billing.rating.Quantities;
import dev.berth.billing.rating.Zero;
import dev.berth.schema.id.WorkloadId;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the lines of an invoice from use and prices.
 *
 * <p>Goals: lines for each component and workload that add up; one rounding per component and month; what is final stays.
 * Algorithm: for each month, earlier ones first: the price of what is known of earlier periods, less what was billed, is split over
 * the workloads whose use changed (correction lines); then the price of that and the period's own use, less the former, is split
 * over the workloads of the period. Fees and true-ups are differences to what was billed too. A sum below zero is carried to
 * the next invoice, a credit that was carried is used up.
 *
 * <p>Example: 3 units @10 were billed, now 4 are known of then, and 3 more were used: a correction of 10, and 30.
 */
final class Gathering {
    private static final MathContext SHOWN = MathContext.DECIMAL64;

    private final List<DraftLine> lines = new ArrayList<>();
    private final List<Map<String, Object>> components = new ArrayList<>();

    /**
     * What comes of it.
     *
     * @param lines in order: usage, corrections, zero lines, fees, true-ups, coupons, the carry
     * @param components for each component and month how its charge came about, for people and for who recomputes it
     */
    record Result(List<DraftLine> lines, List<Map<String, Object>> components) {
        long subtotalMinor() {
            return lines.stream().mapToLong(DraftLine::amountMinor).reduce(0, Math::addExact);
        }

        /** Whether nothing ran, nothing changed, and no fee is due. */
        boolean nothingToBill() {
            return lines.isEmpty();
        }
    }

    private Gathering() {}

    /**
     * Gathers.
     *
     * @param months the months it charges, earlier ones first, its own last
     * @param zeroMs what ran in its period and is not billed: milliseconds of containers, GiB × milliseconds of volumes
     * @param creditMinor what earlier invoices carried forward, zero or more
     * @param coupons those that count
     */
    static Result of(
            List<ChargedMonth> months, Map<Zero, Long> zeroMs, long creditMinor, List<CouponRules.Redeemed> coupons) {
        Gathering gathering = new Gathering();
        List<DraftLine> others = new ArrayList<>();
        for (ChargedMonth month : months) {
            gathering.month(month, others);
        }
        ChargedMonth own = months.getLast();
        zeroMs.forEach((zero, ms) -> gathering.lines.add(zero(own, zero, ms)));
        gathering.lines.addAll(others);
        gathering.coupons(own, coupons);
        gathering.carry(own, creditMinor);
        gathering.lines.sort(java.util.Comparator.comparing(DraftLine::kind)); // stable
        return new Result(List.copyOf(gathering.lines), List.copyOf(gathering.components));
    }

    private void month(ChargedMonth month, List<DraftLine> others) {
        Map<String, BigDecimal> known = new HashMap<>();
        for (Component component : month.book().components()) {
            String id = component.id();
            BigDecimal before = month.billed().quantity(id);
            BigDecimal corrected = before.add(sum(month.corrections(), id)).max(BigDecimal.ZERO);
            long amount = month.billed().amount(id);
            if (!month.corrections().isEmpty()) {
                Charge charge = MonthRating.usage(month.book(), component, corrected);
                long difference = Math.subtractExact(charge.amountMinor(), amount);
                split(month, component, DraftLine.Kind.CORRECTION, month.corrections(), difference, charge);
                amount = charge.amountMinor();
            }
            BigDecimal all = corrected.add(sum(month.use(), id));
            Charge charge = MonthRating.usage(month.book(), component, all);
            long difference = Math.subtractExact(charge.amountMinor(), amount);
            split(month, component, DraftLine.Kind.USAGE, month.use(), difference, charge);
            known.put(id, all);
            if (all.signum() != 0 || before.signum() != 0) {
                components.add(explain(month, charge, before));
            }
        }
        for (Charge charge : MonthRating.rate(month.book(), known, month.share())) {
            long difference =
                    Math.subtractExact(charge.amountMinor(), month.billed().amount(charge.key()));
            if (charge.kind() != Charge.Kind.USAGE && difference != 0) {
                others.add(fee(month, charge, difference));
            }
        }
    }

    private void split(
            ChargedMonth month,
            Component component,
            DraftLine.Kind kind,
            SequencedMap<WorkloadId, ChargedMonth.Amounts> use,
            long amount,
            Charge charge) {
        SequencedMap<WorkloadId, BigDecimal> quantities = new LinkedHashMap<>();
        use.forEach((workload, amounts) -> {
            BigDecimal quantity = amounts.of(component.id());
            if (quantity.signum() != 0) {
                quantities.put(workload, quantity);
            }
        });
        if (quantities.isEmpty()) {
            if (amount != 0) {
                lines.add(usage(month, component, kind, null, BigDecimal.ZERO, amount, charge));
            }
            return;
        }
        long[] parts = LargestRemainder.split(amount, List.copyOf(quantities.values()));
        int i = 0;
        for (Map.Entry<WorkloadId, BigDecimal> entry : quantities.entrySet()) {
            lines.add(usage(month, component, kind, entry.getKey(), entry.getValue(), parts[i++], charge));
        }
    }

    private static DraftLine usage(
            ChargedMonth month,
            Component component,
            DraftLine.Kind kind,
            @Nullable WorkloadId workload,
            BigDecimal quantity,
            long amount,
            Charge charge) {
        Meter meter = Meter.of(component.id());
        String text = kind == DraftLine.Kind.CORRECTION ? "Correction of %s in %s" : "%s in %s";
        String description = text.formatted(meter.title(), month.label());
        if (component.freePerMonth().signum() > 0) {
            description += ", %s of each month free".formatted(PriceBookFormat.text(component.freePerMonth()));
        }
        return new DraftLine(
                kind,
                component.id(),
                component.id(),
                workload,
                month.start(),
                description,
                quantity,
                meter.unit(),
                unitPrice(component, charge),
                amount,
                null);
    }

    /** The price of a unit; where it depends on the quantity, what a unit of the month costs on average. */
    private static String unitPrice(Component component, Charge charge) {
        if (component.model() instanceof PriceModel.PerUnit(BigDecimal unitPrice)) {
            return PriceBookFormat.text(unitPrice);
        }
        return charge.quantity().signum() == 0
                ? "0"
                : PriceBookFormat.text(charge.exact().divide(charge.quantity(), SHOWN));
    }

    private static DraftLine zero(ChargedMonth month, Zero zero, long ms) {
        Meter meter = Meter.of(zero.ofVolume() ? Quantities.VOLUME : "container_seconds");
        return new DraftLine(
                DraftLine.Kind.ZERO,
                meter.id(),
                "zero",
                zero.workload(),
                month.start(),
                "Not billed: %s".formatted(zero.reason()),
                zero.ofVolume()
                        ? Quantities.of(ms, 0, 0, 1).of(Quantities.VOLUME)
                        : new BigDecimal(java.math.BigInteger.valueOf(ms), 3),
                meter.unit(),
                "0",
                0,
                zero.reason());
    }

    private static DraftLine fee(ChargedMonth month, Charge charge, long amount) {
        boolean fixed = charge.kind() == Charge.Kind.FIXED;
        return new DraftLine(
                fixed ? DraftLine.Kind.FIXED : DraftLine.Kind.MINIMUM,
                charge.id(),
                charge.key(),
                null,
                month.start(),
                "%s %s in %s".formatted(fixed ? "Fee" : "Minimum of", charge.id(), month.label()),
                BigDecimal.ONE,
                "month",
                PriceBookFormat.text(charge.exact()),
                amount,
                null);
    }

    private void coupons(ChargedMonth month, List<CouponRules.Redeemed> coupons) {
        for (CouponRules.Discount discount : CouponRules.apply(sum(), coupons)) {
            CouponRules.Redeemed coupon = discount.coupon();
            lines.add(new DraftLine(
                    DraftLine.Kind.COUPON,
                    "coupon",
                    DraftLine.coupon(coupon.code()),
                    null,
                    month.start(),
                    "%s (coupon %s)".formatted(coupon.description(), coupon.code()),
                    BigDecimal.ONE,
                    "coupon",
                    "0",
                    -discount.amountMinor(),
                    null));
        }
    }

    private long sum() {
        return lines.stream().mapToLong(DraftLine::amountMinor).reduce(0, Math::addExact);
    }

    private void carry(ChargedMonth month, long creditMinor) {
        long sum = sum();
        long carried = sum < 0 ? -sum : -Math.min(sum, creditMinor);
        if (carried != 0) {
            lines.add(new DraftLine(
                    DraftLine.Kind.CARRY,
                    "carry",
                    "carry",
                    null,
                    month.start(),
                    carried > 0 ? "Credit carried to the next invoice" : "Credit from earlier invoices",
                    BigDecimal.ONE,
                    "credit",
                    "0",
                    carried,
                    null));
        }
    }

    private static Map<String, Object> explain(ChargedMonth month, Charge charge, BigDecimal before) {
        Instant start = month.start();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("component", charge.id());
        tree.put("month", month.label());
        tree.put("month_start", start.toString());
        tree.put("price_book_version", month.book().version());
        tree.put("quantity", PriceBookFormat.text(charge.quantity()));
        tree.put("free_quantity", PriceBookFormat.text(charge.free()));
        tree.put("exact_amount", PriceBookFormat.text(charge.exact()));
        tree.put("amount_minor", charge.amountMinor());
        tree.put("already_billed_quantity", PriceBookFormat.text(before));
        tree.put("already_billed_minor", month.billed().amount(charge.key()));
        return tree;
    }

    private static BigDecimal sum(SequencedMap<WorkloadId, ChargedMonth.Amounts> use, String component) {
        return use.values().stream().map(amounts -> amounts.of(component)).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** How a meter is called on an invoice. */
    private record Meter(String id, String title, String unit) {
        static Meter of(String id) {
            return switch (id) {
                case "vcpu_seconds" -> new Meter(id, "vCPU time", "vcpu_second");
                case "gib_seconds" -> new Meter(id, "Memory", "gib_second");
                case "container_seconds" -> new Meter(id, "Containers", "container_second");
                case Quantities.VOLUME -> new Meter(id, "Volumes", "gib_hour");
                case Quantities.EGRESS -> new Meter(id, "Traffic out", "gib");
                default -> new Meter(id, id, id);
            };
        }
    }
}
