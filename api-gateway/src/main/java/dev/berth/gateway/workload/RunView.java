package dev.berth.gateway.workload;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run of a job or cron as the API answers it.
 *
 * @param run its number; null for one that never began
 * @param trigger {@code schedule} or {@code api}
 * @param dueAt when a schedule wanted it
 * @param state {@code running}, {@code succeeded}, {@code failed}, {@code stopped} (ended by a wish), {@code skipped} or {@code refused}
 * @param message why it failed, or never began
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RunView(
        @Nullable Long run,
        String trigger,
        @Nullable Instant dueAt,
        String state,
        @Nullable String message,
        String actor,
        String operation,
        Instant startedAt,
        @Nullable Instant finishedAt) {}
