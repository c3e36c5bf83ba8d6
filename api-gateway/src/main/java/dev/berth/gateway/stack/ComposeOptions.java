package dev.berth.gateway.stack;

import java.util.Map;
import java.util.Set;

/**
 * What the one who sends a Compose file says beside it.
 *
 * @param variables for {@code ${NAME}}
 * @param images the image to run for a service that the file builds, by service
 * @param sizes the size of a service that the file says none of, by service
 * @param files the content of files that the file names ({@code env_file}), by the path that it names
 * @param profiles that are on
 * @param leaveOut paths that are not wanted, such as {@code services.web.volumes[0]} or {@code services.web}
 * @param stack the name of the stack that it becomes; empty for the file's own
 * @param partial whether services that can be had are made although others cannot
 */
record ComposeOptions(
        Map<String, String> variables,
        Map<String, String> images,
        Map<String, String> sizes,
        Map<String, String> files,
        Set<String> profiles,
        Set<String> leaveOut,
        String stack,
        boolean partial) {
    static final ComposeOptions NONE =
            new ComposeOptions(Map.of(), Map.of(), Map.of(), Map.of(), Set.of(), Set.of(), "", false);

    ComposeOptions {
        variables = Map.copyOf(variables);
        images = Map.copyOf(images);
        sizes = Map.copyOf(sizes);
        files = Map.copyOf(files);
        profiles = Set.copyOf(profiles);
        leaveOut = Set.copyOf(leaveOut);
    }
}
