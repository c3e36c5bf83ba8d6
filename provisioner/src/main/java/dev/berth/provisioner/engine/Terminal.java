package dev.berth.provisioner.engine;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** A program in a container, or its main process, with somebody at its other end. Thread-safe for one writer beside others that resize and close. */
public interface Terminal extends AutoCloseable {
    /** It is not going to read what was typed, and the words say why. */
    final class NotHeard extends IOException {
        private static final long serialVersionUID = 1L;

        NotHeard(String why) {
            super(why);
        }
    }

    /**
     * Gives it input; blocks while it does not read.
     *
     * @throws NotHeard if its input is closed, or it is the main process of a container and has not read for half a minute
     */
    void write(byte[] input) throws IOException;

    /** Tells it how large its screen is; means nothing without a TTY, and after its end. */
    void resize(int columns, int rows);

    /**
     * Its exit code; fails because of an {@link EngineException} when that cannot be known. Each call's own, so that giving up to wait
     * does not end it for others.
     */
    CompletableFuture<Integer> exit();

    /**
     * Leaves it. A shell is told to end (interrupt, end of input); the engine cannot end a command alone, so one that does not read
     * its input goes on within the limits of its container. A main process is told nothing, and its input stays open.
     */
    @Override
    void close();
}
