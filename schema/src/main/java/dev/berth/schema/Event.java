package dev.berth.schema;

import dev.berth.schema.id.AccountId;
import java.time.Instant;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A flat record that crosses a service boundary: one sealed interface a topic, one contract file and one sample an event and
 * version. (Java lets no sealed type span packages outside a named module, so this root is open; the seven below it are
 * sealed.) Instants are UTC in whole milliseconds.
 */
public interface Event {

    /** What orders it: events with one key arrive in the order in which their transactions committed. */
    String key();

    /** Whose it is; null for what concerns no account, such as an inventory. */
    @Nullable
    AccountId account();

    /** When it happened in the world, which is not when it was recorded. */
    Instant occurredAt();

    /** The partition, for the few events that speak of a partition; otherwise the key decides. */
    default OptionalInt partition() {
        return OptionalInt.empty();
    }
}
