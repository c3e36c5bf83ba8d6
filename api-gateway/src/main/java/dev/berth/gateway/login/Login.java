package dev.berth.gateway.login;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.schema.id.LoginId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A login at a provider that is linked to a person.
 *
 * @param email as the provider told it when it was linked; may be empty
 * @param lastUsedAt when somebody signed in with it last, null for never
 */
public record Login(
        LoginId id,
        String issuer,
        String subject,
        String email,
        Instant createdAt,

        @JsonInclude @Nullable Instant lastUsedAt) {}
