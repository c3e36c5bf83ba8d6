package dev.berth.gateway.stack;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a customer sends to make a stack or to change it; nothing in it is checked yet. Null is "not given".
 *
 * @param name of the stack; when not given, the file's own
 * @param compose the text of a Compose file
 * @param variables for {@code ${NAME}} in it
 * @param images the image to run for a service that the file builds, by service
 * @param sizes the size of a service that the file says none of, by service
 * @param files the content of each {@code env_file}, by the path that the file names
 * @param profiles that are on
 * @param leaveOut places of the file that are not wanted, such as {@code services.web.volumes[0]} or {@code services.web}
 * @param partial whether to make the services that can be had although others cannot
 */
public record StackRequest(
        @Nullable String name,
        @Nullable String compose,
        @Nullable Map<String, @Nullable String> variables,
        @Nullable Map<String, @Nullable String> images,
        @Nullable Map<String, @Nullable String> sizes,
        @Nullable Map<String, @Nullable String> files,
        @Nullable List<@Nullable String> profiles,
        @Nullable List<@Nullable String> leaveOut,
        @Nullable Boolean partial) {}
