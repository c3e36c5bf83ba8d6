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
 * @param expiresAt from when on it is refused; null: it does not end
 * @param lastUsedAt to the minute; null if it never was used
 * @param rotatedAt when it got the secret that it has; null: it is the first
 * @param oldValidUntil how long the secret before is let in too; null: there is none that is
 */
public record ApiKey(
        ApiKeyId id,
        String name,
        String prefix,
        List<Scope> scopes,
        Instant createdAt,
        @JsonInclude @Nullable Instant expiresAt,
        @JsonInclude @Nullable Instant lastUsedAt,
        @JsonInclude @Nullable Instant rotatedAt,
        @JsonInclude @Nullable Instant oldValidUntil) {
    /** A key that was just made. */
    static ApiKey made(KeyText text, String name, Set<Scope> scopes, Instant now, @Nullable Instant expiresAt) {
        return new ApiKey(
                ApiKeyId.next(),
                name,
                KeyText.PREFIX + text.lookup(),
                scopes.stream().sorted().toList(),
                now,
                expiresAt,
                null,
                null,
                null);
    }
}
