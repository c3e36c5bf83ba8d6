package dev.berth.gateway.workload;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A mount of a volume as the API has it.
 *
 * @param volume in a request its id or its name; in an answer its id
 * @param name in an answer the volume's name; nothing in a request
 * @param readOnly not given means that containers may write
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record MountShape(
        @Nullable String volume,
        @Nullable String name,
        @Nullable String path,
        @Nullable Boolean readOnly) {}
