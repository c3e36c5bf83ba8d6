package dev.berth.schema.testing;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;

/**
 * What Jazzer calls, in a JVM of its own. The last byte of an input chooses the target and the rest is for it: one JVM for all targets of a
 * module costs one start instead of twenty, and libFuzzer keeps apart what it learns since it learns the byte too. A target that has had
 * its executions gives way to the next, so that each has exactly its own.
 */
public final class FuzzChild {
    static final String TARGETS = "berth.fuzz.targets";
    static final String COUNTS = "berth.fuzz.counts";
    static final String FACTOR = "berth.fuzz.factor";

    /** The longest that one input may take. */
    static final long MOST_NANOS = 100_000_000;

    private static final int TRIES = 3;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** The targets of this JVM. */
    private static final class Chosen {
        private static final FuzzTarget[] ALL = Arrays.stream(
                        System.getProperty(TARGETS, "").split(","))
                .map(FuzzChild::make)
                .toArray(FuzzTarget[]::new);
        private static final long[] COUNT = new long[ALL.length];
        private static final long[] NANOS = new long[ALL.length];
        private static final long[] LIMIT = Arrays.stream(ALL)
                .mapToLong(target -> (long) target.executions() * Integer.getInteger(FACTOR, 1))
                .toArray();

        private Chosen() {}
    }

    private FuzzChild() {}

    /** A target by the name of its class. */
    static FuzzTarget make(String name) {
        try {
            var constructor = Class.forName(name).getDeclaredConstructor();
            constructor.setAccessible(true);
            return (FuzzTarget) constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("%s has no constructor without parameters".formatted(name), e);
        }
    }

    /** Called by Jazzer for each input. */
    public static void fuzzerTestOneInput(byte[] data) throws Exception {
        int chosen = data.length == 0 ? 0 : Byte.toUnsignedInt(data[data.length - 1]) % Chosen.ALL.length;
        byte[] input = data.length == 0 ? data : Arrays.copyOf(data, data.length - 1);
        int index = chosen;
        for (int i = 0; i < Chosen.ALL.length && Chosen.COUNT[index] >= Chosen.LIMIT[index]; i++) {
            index = (index + 1) % Chosen.ALL.length;
        }
        Chosen.COUNT[index]++;
        long began = System.nanoTime();
        execute(Chosen.ALL[index], input);
        Chosen.NANOS[index] += System.nanoTime() - began;
    }

    /** Called by Jazzer at the end. */
    public static void fuzzerTearDown() throws IOException {
        Properties counts = new Properties();
        for (int i = 0; i < Chosen.ALL.length; i++) {
            counts.setProperty(Chosen.ALL[i].getClass().getName(), Long.toString(Chosen.COUNT[i]));
            System.out.printf(
                    "%s: %d in %d ms%n",
                    Chosen.ALL[i].getClass().getSimpleName(), Chosen.COUNT[i], Chosen.NANOS[i] / 1_000_000);
        }
        try (var out = Files.newBufferedWriter(Path.of(System.getProperty(COUNTS)))) {
            counts.store(out, null);
        }
    }

    /** Gives a target an input, and says whose it was if it fails. What is slow once may have been held up; what is slow always is at fault. */
    static void execute(FuzzTarget target, byte[] input) throws Exception {
        try {
            long began = System.nanoTime();
            target.execute(input);
            if (System.nanoTime() - began > MOST_NANOS && slowest(target, input) > MOST_NANOS) {
                throw new AssertionError("took more than %d ms".formatted(MOST_NANOS / 1_000_000));
            }
        } catch (Throwable fault) {
            throw new AssertionError(
                    "%s: %s%ninput: %s".formatted(target.getClass().getName(), fault, shown(input)), fault);
        }
    }

    private static long slowest(FuzzTarget target, byte[] input) throws Exception {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            long began = THREADS.getCurrentThreadCpuTime();
            target.execute(input);
            least = Math.min(least, THREADS.getCurrentThreadCpuTime() - began);
        }
        return least;
    }

    private static String shown(byte[] input) {
        String text = FuzzTarget.text(input);
        return text.length() > 2000 ? text.substring(0, 2000) + "…" : text;
    }
}
