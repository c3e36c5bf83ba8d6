package dev.berth.gateway.stack;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.workload.WorkloadRequest;
import dev.berth.schema.testing.FuzzTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Compose files. The first character chooses what is read: the text itself, or a file from the world with a piece of it exchanged for the
 * text. What comes of it is requests that can be read, and findings that say something, or 422.
 */
final class ComposeImportFuzz implements FuzzTarget {
    private static final List<String> WORLD = world();
    private static final ComposeOptions OPTIONS = new ComposeOptions(
            Map.of("VAR", "value", "EMPTY", ""), Map.of(), Map.of(), Map.of(), Set.of(), Set.of(), "fuzzed", false);
    private static final int HEAD = 3;

    @Override
    public int executions() {
        return 4_000;
    }

    @Override
    public void execute(byte[] input) {
        String text = text(input);
        try {
            ComposeImport read = ComposeImport.of(text, OPTIONS);
            must(
                    read.findings().size() <= Findings.MOST,
                    "%d findings",
                    read.findings().size());
            read.findings().forEach(found -> must(!found.message().isBlank(), "nothing is said of %s", found.path()));
            must(
                    read.services().size() <= ComposeImport.MOST_SERVICES,
                    "%d services",
                    read.services().size());
            read.services().forEach(service -> WorkloadRequest.of(service.members()));
        } catch (Refusal e) {
            must(e.problem().code() == ErrorCode.INVALID, "refused as %s", e.problem());
            must(!e.problem().errors().isEmpty(), "refused without a field");
        }
    }

    private static String text(byte[] input) {
        String text = FuzzTarget.text(input);
        if (text.length() < HEAD || text.charAt(0) == '=') {
            return text.isEmpty() ? text : text.substring(1);
        }
        String file = WORLD.get(text.charAt(0) % WORLD.size());
        int from = text.charAt(1) * 16 % file.length();
        int to = Math.min(file.length(), from + text.charAt(2) % 64);
        return file.substring(0, from) + text.substring(HEAD) + file.substring(to);
    }

    private static List<String> world() {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/compose"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .map(ComposeImportFuzz::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
