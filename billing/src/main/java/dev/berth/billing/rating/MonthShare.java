package dev.berth.billing.rating;

/**
 * How much of a calendar month an account has had, for what is charged by time and not by use.
 *
 * @param elapsedMs milliseconds of the month in which the account was open, so far
 * @param wholeMs milliseconds of the month
 * @param complete whether the month is over, so that minimums are due
 */
public record MonthShare(long elapsedMs, long wholeMs, boolean complete) {
    public MonthShare {
        if (elapsedMs < 0 || elapsedMs > wholeMs || wholeMs < 1) {
            throw new IllegalArgumentException("%d ms of a month of %d".formatted(elapsedMs, wholeMs));
        }
    }
}
