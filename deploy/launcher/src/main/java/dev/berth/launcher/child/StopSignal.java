package dev.berth.launcher.child;

import dev.berth.launcher.data.ProcessIdentity;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** The signals by which a part is asked to end. */
public enum StopSignal {
    /** What a JVM ends on in order. */
    TERM,
    /** PostgreSQL's fast shutdown: it ends the sessions, writes a checkpoint and goes. */
    INT,
    /** PostgreSQL's immediate shutdown: recovers at the next start. */
    QUIT;

    /** Sends the signal, if the process still runs. */
    public void send(ProcessIdentity process) {
        if (!process.alive()) {
            return;
        }
        try {
            new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(name(), process.pid()))
                    .redirectErrorStream(true)
                    .start()
                    .waitFor(5, TimeUnit.SECONDS);
        } catch (IOException e) {
            process.handle().ifPresent(ProcessHandle::destroy);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
