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
 * @param completions how many indices of it are to end well; null for one that never began, and of before they were counted
 * @param succeeded how many have ended well so far; null as completions
 * @param failed how many did not and are not tried again; null as completions
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RunView(
        @Nullable Long run,
        String trigger,
        @Nullable Instant dueAt,
        String state,
        @Nullable String message,
        @Nullable Integer completions,
        @Nullable Integer succeeded,
        @Nullable Integer failed,
        String actor,
        String operation,
        Instant startedAt,
        @Nullable Instant finishedAt) {}
