package dev.berth.gateway.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.id.ApiKeyId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An API key as lists show it.
 *
 * @param prefix how the key begins; the rest is nowhere
 * @param lastUsedAt to the minute; null if it never was used
 */
public record ApiKey(
        ApiKeyId id,
        String name,
        String prefix,
        List<Scope> scopes,
        Instant createdAt,
        @JsonInclude @Nullable Instant lastUsedAt) {
    /** A key that was just made. */
    static ApiKey made(KeyText text, String name, Set<Scope> scopes, Instant now) {
        return new ApiKey(
                ApiKeyId.next(),
                name,
                KeyText.PREFIX + text.lookup(),
                scopes.stream().sorted().toList(),
                now,
                null);
    }
}
