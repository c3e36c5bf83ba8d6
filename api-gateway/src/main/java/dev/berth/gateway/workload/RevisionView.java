package dev.berth.gateway.workload;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * A revision of a workload as the API answers it.
 *
 * @param changed the fields in which it differs from the revision before it that is still kept
 * @param actor who made it
 * @param wished whether it is the one that is wished now
 * @param serving whether it is the last one that was complete
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RevisionView(
        long revision,
        String image,
        List<String> changed,
        String actor,
        String operation,
        Instant createdAt,
        boolean wished,
        boolean serving) {}
