package dev.berth.gateway.feed;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.WorkloadId;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Something that happened to an account, as its customer sees it.
 *
 * @param id the event's id; also the id in the stream, to resume from
 * @param type such as {@code container.started}
 * @param time when it happened in the world
 * @param account whose
 * @param subject the id of what it happened to: a workload, container, invoice or the account
 * @param workload the workload it concerns, where there is one
 * @param actor who caused it: {@code usr_…}, {@code key_…}, {@code trg_…}, the operator, or {@code berth}
 * @param cause the call that caused it
 * @param data the fact itself; the values of a workload's environment are left out
 */
public record FeedEvent(
        EventId id,
        String type,
        Instant time,
        AccountId account,
        String subject,
        @Nullable WorkloadId workload,
        String actor,
        Origin cause,
        JsonNode data) {

    /**
     * The call that caused it: its operation, who made it, and when it was accepted.
     *
     * @param reason why the platform did it by itself, where it says, such as {@code autoscaler: cpu 83 % of 250 m, aim 50 %: 2 to 4}
     */
    @Schema(name = "EventOrigin") // a volume has an origin, too
    public record Origin(
            String operation,
            String actor,
            Instant at,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String reason) {}
}
