package dev.berth.gateway.account;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SessionId;
import dev.berth.schema.id.UserId;
import java.time.Instant;

/** A session that has begun; {@code cookie} is the value to give to {@link dev.berth.gateway.edge.SessionCookie}. */
public record SignedIn(SessionId session, UserId user, AccountId account, String cookie, Instant expiresAt) {
    @Override
    public String toString() {
        return "SignedIn[session=" + session + "]";
    }
}
