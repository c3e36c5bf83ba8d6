package dev.berth.launcher.machine;

/** What memory, disk and the Java runtime of a machine mean for Berth. Pure. */
public final class MachineRules {
    /** What the four services, PostgreSQL, Kafka and the launcher take together, with some room. */
    public static final long NEEDED_MEMORY_MIB = 1_600;

    private static final long COMFORTABLE_DISK_MIB = 10 * 1024;

    private MachineRules() {}

    /** Judges the memory that programs could still get. */
    public static Finding memory(long availableMib, long neededMib) {
        String seen = "%d MiB available".formatted(availableMib);
        return availableMib < neededMib
                ? Finding.error(
                        "memory",
                        seen,
                        "Berth itself takes about %d MiB, and tenants' containers come on top.".formatted(neededMib),
                        "End something else, or take a larger machine. BERTH_MIN_MEMORY_MIB=N starts with less, at your own risk.")
                : Finding.ok("memory", seen);
    }

    /** Judges what is free on the disk of the data directory. */
    public static Finding disk(long freeMib, long neededMib, String where) {
        String seen = "%d MiB free at %s".formatted(freeMib, where);
        if (freeMib < neededMib) {
            return Finding.error(
                    "disk",
                    seen,
                    "PostgreSQL, Kafka and Docker stop when the disk is full; Berth wants %d MiB to begin with."
                            .formatted(neededMib),
                    "Make room, or choose another place with --data DIR. BERTH_MIN_FREE_MIB=N starts with less, at your own risk.");
        }
        if (freeMib < COMFORTABLE_DISK_MIB) {
            return Finding.warning("disk", seen, "Images and a month of use fill that.", "Plan for 10 GiB and more.");
        }
        return Finding.ok("disk", seen);
    }

    /** Judges the Java runtime by its feature version. */
    public static Finding jdk(int feature, String full, boolean compiler) {
        if (feature < 25) {
            return Finding.error("jdk", full, "Berth needs Java 25 or later.", "Install a JDK 25, such as Temurin's.");
        }
        return compiler
                ? Finding.ok("jdk", full)
                : Finding.error(
                        "jdk",
                        full + " without a compiler",
                        "This is a runtime only; Berth is built where it runs.",
                        "Install the JDK.");
    }
}
