package dev.berth.provisioner.engine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An image to be fetched.
 *
 * @param reference the whole form of an {@link ImageReference}
 * @param auth what its registry is shown; null to ask as a stranger
 * @param atMost how long it may take
 * @param watch hears how far it is
 */
public record PullOrder(String reference, @Nullable RegistryAuth auth, Duration atMost, Watch watch) {
    /** Hears how far a pull is, often, on a thread of the engine's connection; must not throw. */
    public interface Watch {
        /** So many of so many bytes are there, packed; those that the host had already count as there. */
        void at(long bytes, long ofBytes);
    }
}
