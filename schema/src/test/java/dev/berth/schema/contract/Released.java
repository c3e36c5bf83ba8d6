package dev.berth.schema.contract;

import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Contracts and samples as they are in the world: copies below {@code released}, which nobody changes by hand. */
final class Released {
    static final Path CONTRACTS = Path.of("src/main/resources/contracts");
    static final Path FOLDER = CONTRACTS.resolve("released");

    private Released() {}

    /** The released contracts, by path below {@link #FOLDER}. */
    static Map<String, Contract> contracts() {
        Map<String, Contract> contracts = new TreeMap<>();
        files(FOLDER).forEach((path, text) -> {
            if (!path.endsWith(".sample.json") && path.contains("/")) {
                contracts.put(path, Json.mapper().readValue(text, Contract.class));
            }
        });
        return contracts;
    }

    /** The released samples of events, by path below {@link #FOLDER}. */
    static Map<String, String> samples() {
        Map<String, String> samples = files(FOLDER);
        samples.keySet().removeIf(path -> !path.endsWith(".sample.json") || !path.contains("/"));
        return samples;
    }

    /** Copies what is there now over what was released before. */
    static void release() {
        files(CONTRACTS).forEach((path, text) -> {
            if (!path.startsWith("released/")) {
                write(FOLDER.resolve(path), text);
            }
        });
    }

    private static Map<String, String> files(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            Map<String, String> texts = new TreeMap<>();
            for (Path file : files.filter(it -> it.toString().endsWith(".json")).toList()) {
                texts.put(root.relativize(file).toString().replace('\\', '/'), Files.readString(file));
            }
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
