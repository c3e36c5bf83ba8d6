package dev.berth.schema.usage;

import dev.berth.schema.id.AccountId;
import java.time.Instant;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * On this partition every piece of use that ends at or before {@code watermark} has been recorded: only corrections can still touch it.
 */
public record WatermarkAdvanced(int onPartition, Instant watermark) implements UsageEvent {
    @Override
    public String key() {
        return "watermark";
    }

    @Override
    public @Nullable AccountId account() {
        return null;
    }

    @Override
    public Instant occurredAt() {
        return watermark;
    }

    @Override
    public OptionalInt partition() {
        return OptionalInt.of(onPartition);
    }
}
