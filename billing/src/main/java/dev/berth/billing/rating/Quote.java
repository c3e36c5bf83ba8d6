package dev.berth.billing.rating;

import dev.berth.billing.catalog.Component;
import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.schema.unit.Money;
import java.math.BigDecimal;

/**
 * What containers of a size would cost, without any free allowance. The exact price is kept beside the rounded one, which is
 * only for show (vector R1).
 *
 * @param perHour one hour, rounded
 * @param perMonth 730 hours, rounded
 * @param perHourExact one hour, an exact decimal in major units
 */
public record Quote(Money perHour, Money perMonth, String currency, String perHourExact, String perMonthExact) {
    /** The hours of a month that is shown: 8,760 / 12. */
    public static final int HOURS_PER_MONTH = 730;

    private static final long HOUR_MS = 3_600_000;

    /** Quotes {@code replicas} containers of a size. */
    public static Quote of(PriceBook book, int cpuMillis, int memoryMib, int replicas) {
        Quantities one = Quantities.of(HOUR_MS, cpuMillis, memoryMib, 0);
        BigDecimal hour = exact(book, one.times(replicas));
        BigDecimal month = exact(book, one.times((long) replicas * HOURS_PER_MONTH));
        return new Quote(
                Rounding.toMoney(hour, book.currency()),
                Rounding.toMoney(month, book.currency()),
                book.currency(),
                PriceBookFormat.text(hour),
                PriceBookFormat.text(month));
    }

    private static BigDecimal exact(PriceBook book, Quantities use) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Component component : book.components()) {
            BigDecimal quantity = use.of(component.id());
            if (quantity.signum() > 0) {
                sum = sum.add(Pricing.exact(component.model(), quantity));
            }
        }
        return sum;
    }
}
