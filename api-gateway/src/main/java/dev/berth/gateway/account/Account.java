package dev.berth.gateway.account;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.standing.Standing;
import java.time.Instant;
import java.util.Locale;

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
