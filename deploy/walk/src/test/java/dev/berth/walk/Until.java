package dev.berth.walk;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/** Waits for what must come, and says what was there instead when it does not. */
final class Until {
    private Until() {}

    static <T> T value(String what, Duration atMost, Supplier<T> look, Predicate<T> wanted) {
        return Awaitility.await(what)
                .atMost(atMost)
                .pollInterval(Duration.ofMillis(200))
                .pollDelay(Duration.ZERO)
                .until(look::get, wanted);
    }

    /** The pause between two tries of a call. */
    static void pause() {
        Awaitility.await().pollDelay(Duration.ofMillis(300)).until(() -> true);
    }
}
