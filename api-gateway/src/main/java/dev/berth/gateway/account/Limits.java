package dev.berth.gateway.account;

/** How much an account may have at once. CPU in thousandths of a core, memory in MiB, volumes in GiB. */
public record Limits(int containers, int cpuMillis, int memoryMib, int volumes, int volumeGib) {
    /** The greatest limit of any kind that an operator can set. */
    public static final int MAX = 1_000_000_000;

    public Limits {
        for (int limit : new int[] {containers, cpuMillis, memoryMib, volumes, volumeGib}) {
            if (limit < 0 || limit > MAX) {
                throw new IllegalArgumentException("a limit is 0 to %d, not %d".formatted(MAX, limit));
            }
        }
    }
}
