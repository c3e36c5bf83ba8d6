package dev.berth.launcher.part;

import dev.berth.launcher.child.Child;
import dev.berth.launcher.child.LogFile;
import dev.berth.launcher.child.StopSignal;
import java.time.Duration;

/** Something that the launcher runs as a process of its own. */
public interface Part {
    /** Its name, in messages and as the name of its log. */
    String name();

    /** Where it listens. */
    int port();

    /** Starts its process; called again after it died. */
    Child start();

    /** A cheap question: does it answer as it should? Never throws. */
    boolean ready();

    /** How long it may take from start to ready on a loaded machine. */
    Duration readyWithin();

    /** Called once after it became ready for the first time, before anything that needs it. */
    default void prepare() {}

    /** The signal that ends it in order. */
    StopSignal stopSignal();

    /** How long an orderly end may take. */
    Duration stopWithin();

    /** Its output. */
    LogFile log();
}
