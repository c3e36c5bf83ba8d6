package dev.berth.launcher.demo;

/**
 * How a story ended.
 *
 * @param account whose it was
 * @param invoice the paid invoice
 * @param comparison what Docker, the meter and the invoice say
 */
public record DemoResult(String account, Invoiced invoice, Comparison comparison) {
    /** Whether all three say the same, to the millisecond, and every amount recomputes. */
    public boolean agrees() {
        return comparison.agrees() && invoice.status().equals("paid");
    }
}
