package dev.berth.gateway.member;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.berth.gateway.edge.Role;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvitationId;
import dev.berth.schema.id.UserId;
import java.time.Instant;
import java.util.Locale;

/**
 * An invitation that was neither accepted nor revoked.
 *
 * @param email as it was written
 * @param invitedBy who sent it
 * @param expiresAt until when its link leads in
 */
public record Invitation(
        InvitationId id,
        @JsonIgnore AccountId account,
        String email,
        @JsonIgnore String emailKey,
        Role role,
        UserId invitedBy,
        Instant createdAt,
        Instant expiresAt,
        State state) {
    /** Whether its link leads in. Lower case in JSON. */
    public enum State {
        OPEN,
        EXPIRED;

        /** The JSON form. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
