package dev.berth.gateway.workload;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A secret in containers as the API has it; its value is never in it.
 *
 * @param env the variable that has it; with neither this nor a path it is a file in {@code /run/secrets}
 * @param path where its file is
 * @param version in an answer which version of its value; nothing in a request, which asks for the latest
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SecretShape(
        @Nullable String name,
        @Nullable String env,
        @Nullable String path,
        @Nullable Integer version) {}
