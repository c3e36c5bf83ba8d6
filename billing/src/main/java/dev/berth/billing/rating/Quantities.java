package dev.berth.billing.rating;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * Use as exact integers; a difference may be negative.
 *
 * @param containerMs milliseconds of containers
 * @param cpuMillisMs thousandths of a core × milliseconds
 * @param memoryMibMs MiB × milliseconds
 * @param volumeGibMs GiB of volumes × milliseconds
 * @param egressBytes what left the address pool
 */
public record Quantities(
        BigInteger containerMs,
        BigInteger cpuMillisMs,
        BigInteger memoryMibMs,
        BigInteger volumeGibMs,
        BigInteger egressBytes) {
    /** The meter of volumes. */
    public static final String VOLUME = "volume_gib_hours";

    /** The meter of what leaves the address pool, in units of 2^30 bytes. */
    public static final String EGRESS = "egress_gib";

    /** Nothing. */
    public static final Quantities NONE =
            new Quantities(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO);

    private static final BigDecimal CPU = new BigDecimal(1_000_000);
    private static final BigDecimal MEMORY = new BigDecimal(1_024_000);
    private static final BigDecimal GIB = new BigDecimal(1L << 30);
    private static final BigDecimal HOUR_MS = new BigDecimal(3_600_000);
    private static final int HOUR_DECIMALS = 18;

    /** The use of one container of a size over milliseconds of either sign, or of one volume where it has GiB. */
    public static Quantities of(long ms, int cpuMillis, int memoryMib, int volumeGib) {
        BigInteger time = BigInteger.valueOf(ms);
        return new Quantities(
                volumeGib == 0 ? time : BigInteger.ZERO,
                time.multiply(BigInteger.valueOf(cpuMillis)),
                time.multiply(BigInteger.valueOf(memoryMib)),
                time.multiply(BigInteger.valueOf(volumeGib)),
                BigInteger.ZERO);
    }

    /** The same and so many bytes of egress more. */
    public Quantities plusEgress(long bytes) {
        return new Quantities(
                containerMs, cpuMillisMs, memoryMibMs, volumeGibMs, egressBytes.add(BigInteger.valueOf(bytes)));
    }

    /** So many times this. */
    public Quantities times(long factor) {
        BigInteger times = BigInteger.valueOf(factor);
        return new Quantities(
                containerMs.multiply(times),
                cpuMillisMs.multiply(times),
                memoryMibMs.multiply(times),
                volumeGibMs.multiply(times),
                egressBytes.multiply(times));
    }

    /** The sum. */
    public Quantities plus(Quantities other) {
        return new Quantities(
                containerMs.add(other.containerMs),
                cpuMillisMs.add(other.cpuMillisMs),
                memoryMibMs.add(other.memoryMibMs),
                volumeGibMs.add(other.volumeGibMs),
                egressBytes.add(other.egressBytes));
    }

    /** The same with the other sign. */
    public Quantities negate() {
        return times(-1);
    }

    /** Whether nothing was used, and nothing differs. */
    public boolean isZero() {
        return equals(NONE);
    }

    /**
     * The quantity of a meter. Exact, with at most 3, 6, 13 and, of egress, 30 decimals, but for the GiB-hours of volumes: an hour's milliseconds do not
     * divide all, so these have at most 18, HALF_UP.
     *
     * @param meter the id of a price component; what nothing uses is zero
     */
    public BigDecimal of(String meter) {
        return switch (meter) {
            case "container_seconds" -> new BigDecimal(containerMs, 3);
            case "vcpu_seconds" -> new BigDecimal(cpuMillisMs).divide(CPU);
            case "gib_seconds" -> new BigDecimal(memoryMibMs).divide(MEMORY);
            case VOLUME -> hours(volumeGibMs);
            case EGRESS -> gib(egressBytes);
            default -> BigDecimal.ZERO;
        };
    }

    private static BigDecimal gib(BigInteger bytes) {
        return bytes.signum() == 0
                ? BigDecimal.ZERO
                : new BigDecimal(bytes).divide(GIB).stripTrailingZeros();
    }

    private static BigDecimal hours(BigInteger ms) {
        BigDecimal hours = new BigDecimal(ms).divide(HOUR_MS, HOUR_DECIMALS, RoundingMode.HALF_UP);
        return hours.signum() == 0 ? BigDecimal.ZERO : hours.stripTrailingZeros();
    }
}
