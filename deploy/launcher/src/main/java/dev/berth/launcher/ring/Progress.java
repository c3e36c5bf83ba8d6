package dev.berth.launcher.ring;

import java.io.PrintStream;
import java.util.Locale;

/** Says what happens, one line each, with the seconds since the beginning. Safe for use by several threads. */
public final class Progress {
    private final PrintStream out;
    private final long began = System.nanoTime();

    /** Writes to that stream. */
    public Progress(PrintStream out) {
        this.out = out;
    }

    /** A line about a part. */
    public void say(String part, String what) {
        line("%6.1f s  %-11s %s".formatted(seconds(), part, what));
    }

    /** A line as it is. */
    public synchronized void line(String text) {
        out.println(text);
        out.flush();
    }

    /** Seconds since the beginning. */
    public double seconds() {
        return (System.nanoTime() - began) / 1e9;
    }

    /** A length of time for people, such as {@code 1.4 s}. */
    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
}
