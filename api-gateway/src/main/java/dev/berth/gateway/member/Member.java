package dev.berth.gateway.member;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.berth.gateway.edge.Role;
import dev.berth.schema.id.UserId;
import java.time.Instant;

/**
 * Somebody in an account.
 *
 * @param emailVerified whether they are known to read mails to the address
 * @param since when they came in
 */
public record Member(
        UserId user,
        String email,
        @JsonProperty("email_verified") boolean emailVerified,
        Role role,
        Instant since) {}
