package dev.berth.walk.compose;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A Compose file with its variables filled in: the parts, the networks and the volumes, in the file's order.
 *
 * @param folder what relative paths in it begin at
 * @param internalNetworks of the networks, those without a way out
 */
public record ComposeFile(
        Path folder,
        List<ComposePart> parts,
        List<String> networks,
        Set<String> internalNetworks,
        List<String> volumes) {
    public ComposeFile {
        parts = List.copyOf(parts);
        networks = List.copyOf(networks);
        internalNetworks = Set.copyOf(internalNetworks);
        volumes = List.copyOf(volumes);
    }

    /** Reads it with the variables of an {@code .env}; one that the file needs and nobody set is an error. */
    public static ComposeFile read(Path file, Map<String, String> variables) {
        Map<String, Object> top;
        try (Reader in = Files.newBufferedReader(file)) {
            top = map(filled(new Yaml(new SafeConstructor(new LoaderOptions())).load(in), new Variables(variables)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, Object> networks = map(top.get("networks"));
        return new ComposeFile(
                file.toAbsolutePath().getParent(),
                map(top.get("services")).entrySet().stream()
                        .map(part -> new ComposePart(part.getKey(), map(part.getValue())))
                        .toList(),
                List.copyOf(networks.keySet()),
                networks.entrySet().stream()
                        .filter(network -> "true"
                                .equals(String.valueOf(map(network.getValue()).get("internal"))))
                        .map(Map.Entry::getKey)
                        .collect(java.util.stream.Collectors.toSet()),
                List.copyOf(map(top.get("volumes")).keySet()));
    }

    /** Whether others wait for this part's end, not for its health. */
    boolean endsByItself(String part) {
        return parts.stream().anyMatch(it -> it.waitsForTheEndOf(part));
    }

    private static Object filled(Object value, Variables variables) {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<String, Object> filled = new LinkedHashMap<>();
                map.forEach((key, inner) -> filled.put(String.valueOf(key), filled(inner, variables)));
                yield filled;
            }
            case List<?> list ->
                list.stream().map(inner -> filled(inner, variables)).toList();
            case Object scalar -> variables.fill(String.valueOf(scalar));
        };
    }

    /** A map of the file, whose keys are always text after {@link #filled}. */
    static Map<String, Object> map(Object value) {
        Map<String, Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) value).forEach((key, inner) -> map.put((String) key, inner));
        return map;
    }
}
