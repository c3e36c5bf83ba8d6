package dev.berth.metering.window;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * Use, exactly.
 *
 * @param containerMs milliseconds that containers ran
 * @param cpuMillisMs thousandths of a core × ms
 * @param memoryMibMs MiB × ms
 * @param volumeGibMs GiB of volumes × ms
 * @param egressBytes bytes that left the address pool
 */
public record Quantity(
        BigInteger containerMs,
        BigInteger cpuMillisMs,
        BigInteger memoryMibMs,
        BigInteger volumeGibMs,
        BigInteger egressBytes) {
    /** No use. */
    public static final Quantity NONE =
            new Quantity(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO);

    private static final BigDecimal MIB_MS_PER_GIB_SECOND = BigDecimal.valueOf(1024L * 1000);
    private static final BigDecimal BYTES_PER_GIB = BigDecimal.valueOf(1L << 30);
    private static final BigDecimal MS_PER_HOUR = BigDecimal.valueOf(3_600_000);
    private static final int HOUR_DECIMALS = 18;

    /** Of one container of a size over a span of time, or of one volume where {@code volumeGib} is not 0. */
    public static Quantity of(long ms, int cpuMillis, int memoryMib, int volumeGib) {
        BigInteger time = BigInteger.valueOf(ms);
        return new Quantity(
                volumeGib == 0 ? time : BigInteger.ZERO,
                time.multiply(BigInteger.valueOf(cpuMillis)),
                time.multiply(BigInteger.valueOf(memoryMib)),
                time.multiply(BigInteger.valueOf(volumeGib)),
                BigInteger.ZERO);
    }

    /** Of bytes alone. */
    public static Quantity ofEgress(BigInteger bytes) {
        return new Quantity(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, bytes);
    }

    /** The sum. */
    public Quantity plus(Quantity other) {
        return new Quantity(
                containerMs.add(other.containerMs),
                cpuMillisMs.add(other.cpuMillisMs),
                memoryMibMs.add(other.memoryMibMs),
                volumeGibMs.add(other.volumeGibMs),
                egressBytes.add(other.egressBytes));
    }

    /** The difference. */
    public Quantity minus(Quantity other) {
        return new Quantity(
                containerMs.subtract(other.containerMs),
                cpuMillisMs.subtract(other.cpuMillisMs),
                memoryMibMs.subtract(other.memoryMibMs),
                volumeGibMs.subtract(other.volumeGibMs),
                egressBytes.subtract(other.egressBytes));
    }

    /** Whether there is none. */
    public boolean isNone() {
        return equals(NONE);
    }

    /** Seconds that containers ran, with three decimals. */
    public String containerSeconds() {
        return new BigDecimal(containerMs, 3).toPlainString();
    }

    /** vCPU-seconds, all digits. */
    public String vcpuSeconds() {
        return plain(new BigDecimal(cpuMillisMs, 6));
    }

    /** GiB-seconds, all digits: a MiB-ms is 1/1,024,000 of one, which ends after at most 13 decimals. */
    public String gibSeconds() {
        return plain(new BigDecimal(memoryMibMs).divide(MIB_MS_PER_GIB_SECOND));
    }

    /** GiB-hours of volumes, to 18 decimals, since an hour's milliseconds do not divide all: HALF_UP. */
    public String volumeGibHours() {
        return plain(new BigDecimal(volumeGibMs).divide(MS_PER_HOUR, HOUR_DECIMALS, RoundingMode.HALF_UP));
    }

    /** GiB that left, all digits: a byte is 2^-30 of one, which ends after 30 decimals. */
    public String egressGib() {
        return plain(new BigDecimal(egressBytes).divide(BYTES_PER_GIB));
    }

    private static String plain(BigDecimal exact) {
        return exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toPlainString();
    }
}
