package dev.berth.gateway.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.id.ApiKeyId;
import java.time.Instant;
import java.util.List;
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
        @JsonInclude @Nullable Instant lastUsedAt) {}
