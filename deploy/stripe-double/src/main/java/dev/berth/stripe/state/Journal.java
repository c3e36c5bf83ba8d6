package dev.berth.stripe.state;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A file of transactions, one a line. At opening it is written anew with only what still counts. A last line that was torn by the end
 * of the process is no transaction: nobody was told of it. Not safe for use by several threads: the store's lock is held.
 */
final class Journal implements AutoCloseable {
    private static final int LINE_CHANGES = 200;

    private final Writer writer;

    private Journal(Writer writer) {
        this.writer = writer;
    }

    /**
     * One document, as it is from now on.
     *
     * @param document null when it is gone
     */
    record Change(String kind, String id, @Nullable ObjectNode document) {}

    static Journal open(Path file, Consumer<Change> reader) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            SequencedMap<List<String>, Change> latest = new LinkedHashMap<>();
            if (Files.exists(file)) {
                try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
                    lines.forEach(line -> read(line).forEach(change -> keep(latest, change)));
                }
            }
            Path draft = file.resolveSibling(file.getFileName() + ".new");
            try (BufferedWriter out = Files.newBufferedWriter(draft)) {
                List<Change> all = new ArrayList<>(latest.values());
                for (int i = 0; i < all.size(); i += LINE_CHANGES) {
                    out.write(line(all.subList(i, Math.min(all.size(), i + LINE_CHANGES))));
                }
            }
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            latest.values().forEach(reader);
            return new Journal(Files.newBufferedWriter(file, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw new UncheckedIOException("The double's file %s cannot be used: %s".formatted(file, e), e);
        }
    }

    private static void keep(SequencedMap<List<String>, Change> latest, Change change) {
        List<String> slot = List.of(change.kind(), change.id());
        if (change.document() == null) {
            latest.remove(slot);
        } else {
            latest.put(slot, change);
        }
    }

    private static List<Change> read(String line) {
        List<Change> changes = new ArrayList<>();
        try {
            for (JsonNode change : Json.parse(line).path("changes")) {
                changes.add(new Change(
                        Json.text(change, "kind"),
                        Json.text(change, "id"),
                        change.path("document") instanceof ObjectNode document ? document : null));
            }
        } catch (IllegalArgumentException e) {
            return List.of();
        }
        return changes;
    }

    private static String line(List<Change> changes) {
        return Json.line(Json.of(
                        "changes",
                        changes.stream()
                                .map(change -> Json.of(
                                        "kind", change.kind(), "id", change.id(), "document", change.document()))
                                .toList()))
                + "\n";
    }

    void append(List<Change> changes) {
        try {
            writer.write(line(changes));
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
