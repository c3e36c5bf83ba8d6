package dev.berth.provisioner.engine;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an engine says of itself.
 *
 * @param key the engine's own id, which outlives a change of the machine's name
 * @param name the machine's name
 * @param memoryMib of the whole host
 * @param hostTime the host's clock when it answered
 * @param bootedAt when the host's kernel started; null where it cannot be known
 * @param root which user of the host is root in a container
 * @param findings what about this host weakens Berth's promises, for the operator
 */
public record EngineInfo(
        String key,
        String name,
        String version,
        String apiVersion,
        int cpus,
        int memoryMib,
        Instant hostTime,
        @Nullable Instant bootedAt,
        RootUser root,
        List<String> findings) {
    public EngineInfo {
        findings = List.copyOf(findings);
    }
}
