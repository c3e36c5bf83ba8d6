package dev.berth.gateway.stack;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.workload.WorkloadRequest;
import dev.berth.schema.testing.FuzzTarget;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compose files. The first character chooses what is read: the text itself, or a file from the world with a piece of it exchanged for the
 * text. What comes of it is requests that can be read, and findings that say something, or 422.
 */
final class ComposeImportFuzz implements FuzzTarget {
    private static final List<String> WORLD = FuzzTarget.files("src/test/resources/compose", ".yaml");
    private static final ComposeOptions OPTIONS = new ComposeOptions(
            Map.of("VAR", "value", "EMPTY", ""), Map.of(), Map.of(), Map.of(), Set.of(), Set.of(), "fuzzed", false);

    @Override
    public int executions() {
        return 4_000;
    }

    @Override
    public void execute(byte[] input) {
        String text = FuzzTarget.textOrPieceOf(input, WORLD);
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
}
