package dev.berth.gateway.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.standing.Standing;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account as its owner sees it; the JSON form of it is the API's.
 *
 * @param currency ISO 4217
 * @param timeZone the IANA zone in which its months begin
 * @param capReached whether its spend cap is reached
 * @param state whether its network is there, or how far its end is
 * @param closing null unless it is closing
 * @param closedAt since when it is closed for good; null unless it is
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
        @JsonInclude @Nullable AccountClosing closing,
        @JsonInclude @Nullable Instant closedAt,
        Instant createdAt) {
    /**
     * An account that its owner closed.
     *
     * @param by usr_… or key_…
     * @param endsAt when it is closed for good; until then an owner can reopen it
     */
    public record AccountClosing(Instant since, String by, Instant endsAt) {}

    /** For {@code If-Match}: changes with what its owner can change. */
    @JsonProperty("etag")
    public String etag() {
        UUID digest = UUID.nameUUIDFromBytes((id + "\n" + name).getBytes(StandardCharsets.UTF_8));
        return '"' + digest.toString().substring(0, 18) + '"';
    }

    /** How far its isolated place is; once it is closing, how far that is. Lower case in JSON. */
    public enum State {
        PROVISIONING,
        READY,
        REMOVED,
        CLOSING,
        CLOSED;

        /** The JSON form. */
        @JsonValue
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
