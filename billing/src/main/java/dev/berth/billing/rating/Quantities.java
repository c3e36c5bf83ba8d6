package dev.berth.billing.rating;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Use as exact integers; a difference may be negative.
 *
 * @param containerMs milliseconds of containers
 * @param cpuMillisMs thousandths of a core × milliseconds
 * @param memoryMibMs MiB × milliseconds
 */
public record Quantities(BigInteger containerMs, BigInteger cpuMillisMs, BigInteger memoryMibMs) {
    /** Nothing. */
    public static final Quantities NONE = new Quantities(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO);

    private static final BigDecimal CPU = new BigDecimal(1_000_000);
    private static final BigDecimal MEMORY = new BigDecimal(1_024_000);

    /** The use of one container of a size over milliseconds of either sign. */
    public static Quantities of(long ms, int cpuMillis, int memoryMib) {
        BigInteger time = BigInteger.valueOf(ms);
        return new Quantities(
                time, time.multiply(BigInteger.valueOf(cpuMillis)), time.multiply(BigInteger.valueOf(memoryMib)));
    }

    /** The sum. */
    public Quantities plus(Quantities other) {
        return new Quantities(
                containerMs.add(other.containerMs),
                cpuMillisMs.add(other.cpuMillisMs),
                memoryMibMs.add(other.memoryMibMs));
    }

    /** The same with the other sign. */
    public Quantities negate() {
        return new Quantities(containerMs.negate(), cpuMillisMs.negate(), memoryMibMs.negate());
    }

    /** Whether nothing was used, and nothing differs. */
    public boolean isZero() {
        return equals(NONE);
    }

    /**
     * The quantity of a meter, exact: at most 3, 6 and 13 decimals.
     *
     * @param meter the id of a price component; what no container uses is zero
     */
    public BigDecimal of(String meter) {
        return switch (meter) {
            case "container_seconds" -> new BigDecimal(containerMs, 3);
            case "vcpu_seconds" -> new BigDecimal(cpuMillisMs).divide(CPU);
            case "gib_seconds" -> new BigDecimal(memoryMibMs).divide(MEMORY);
            default -> BigDecimal.ZERO;
        };
    }
}
