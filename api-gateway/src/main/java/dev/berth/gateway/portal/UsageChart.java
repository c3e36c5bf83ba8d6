package dev.berth.gateway.portal;

import dev.berth.gateway.forward.Shapes;
import dev.berth.schema.unit.Money;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cost of each day of a period as columns, in the units of an SVG view box; pure. A day that cost anything is at least two
 * units high, so that a cent is seen beside a thousand.
 */
record UsageChart(int width, int height, String label, List<Grid> grid, List<Column> columns) {
    /** A horizontal line with its amount. */
    record Grid(long y, String text) {}

    /** A day. */
    record Column(
            long x,
            long y,
            long width,
            long height,
            long middle,
            boolean today,
            String title,
            boolean minor,
            @Nullable String label) {}

    private static final int WIDTH = 720;
    private static final int HEIGHT = 200;
    private static final int TOP = 22;
    private static final int BOTTOM = 20;
    private static final int LEAST = 2;
    private static final int LABEL_EVERY = 7;
    private static final int MOST_DAYS = 400;
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);

    /**
     * Draws.
     *
     * @param rows one a day, keyed by its date; days without use may be missing
     * @param first the first day
     * @param last the last day
     */
    static UsageChart of(
            List<Shapes.UsageRow> rows,
            LocalDate first,
            LocalDate last,
            LocalDate today,
            String currency,
            Format format) {
        Map<LocalDate, Long> byDay = new LinkedHashMap<>();
        for (LocalDate day = first; !day.isAfter(last) && byDay.size() < MOST_DAYS; day = day.plusDays(1)) {
            byDay.put(day, 0L);
        }
        for (Shapes.UsageRow row : rows) {
            String key = String.valueOf(row.key());
            Money cost = row.cost();
            if (cost != null && key.length() >= 10) {
                byDay.computeIfPresent(LocalDate.parse(key.substring(0, 10)), (day, sum) -> sum + cost.amountMinor());
            }
        }
        long top =
                round(byDay.values().stream().mapToLong(Long::longValue).max().orElse(0));
        int inner = HEIGHT - TOP - BOTTOM;
        List<Grid> grid = new ArrayList<>();
        for (int part = 0; part <= 2; part++) {
            grid.add(new Grid(
                    HEIGHT - BOTTOM - (long) inner * part / 2,
                    part == 0 ? "" : format.money(new Money(top * part / 2, currency))));
        }
        List<Column> columns = new ArrayList<>();
        long slot = WIDTH / Math.max(1, byDay.size());
        long gap = Math.max(1, slot / 5);
        int number = 0;
        for (Map.Entry<LocalDate, Long> day : byDay.entrySet()) {
            long amount = Math.max(0, day.getValue());
            long tall = amount == 0 ? 0 : Math.max(LEAST, Math.multiplyExact(amount, inner) / top);
            long x = (long) WIDTH * number / byDay.size();
            columns.add(new Column(
                    x,
                    HEIGHT - BOTTOM - tall,
                    slot - gap,
                    tall,
                    x + (slot - gap) / 2,
                    day.getKey().equals(today),
                    DAY.format(day.getKey()) + ": " + format.money(new Money(day.getValue(), currency)),
                    number % (2 * LABEL_EVERY) != 0,
                    number % LABEL_EVERY == 0 ? DAY.format(day.getKey()) : null));
            number++;
        }
        long sum = byDay.values().stream().mapToLong(Long::longValue).sum();
        String label = "Cost of each day from %s to %s, %s in all"
                .formatted(DAY.format(first), DAY.format(last), format.money(new Money(sum, currency)));
        return new UsageChart(WIDTH, HEIGHT, label, grid, columns);
    }

    /** The next number of 1, 2 or 5 times a power of ten that is even, so that its half is whole; at least 2. */
    private static long round(long amount) {
        for (long power = 1; power < Long.MAX_VALUE / 100; power *= 10) {
            for (long step : new long[] {2, 4, 10}) {
                if (power * step >= amount) {
                    return power * step;
                }
            }
        }
        return amount;
    }
}
