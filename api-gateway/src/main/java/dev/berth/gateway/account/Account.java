package dev.berth.gateway.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.standing.Standing;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * An account as its owner sees it; the JSON form of it is the API's.
 *
 * @param currency ISO 4217
 * @param timeZone the IANA zone in which its months begin
 * @param capReached whether its spend cap is reached
 * @param state whether its network is there
 */
public record Account(
        AccountId id,
        String name,
        String plan,
        String currency,
        String timeZone,
        Standing standing,
        boolean capReached,
        State state,
        Instant createdAt) {
    /** For {@code If-Match}: changes with what its owner can change. */
    @JsonProperty("etag")
    public String etag() {
        UUID digest = UUID.nameUUIDFromBytes((id + "\n" + name).getBytes(StandardCharsets.UTF_8));
        return '"' + digest.toString().substring(0, 18) + '"';
    }

    /** How far its isolated place is. Lower case in JSON. */
    public enum State {
        PROVISIONING,
        READY,
        REMOVED;

        /** The JSON form. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
