package dev.berth.gateway.account;

import dev.berth.schema.id.ApiKeyId;
import dev.berth.schema.id.UserId;

/** What a sign-up made. The key's secret is nowhere else. */
public record SignedUp(Account account, Person user, FirstKey apiKey) {
    /** Who signed up. */
    public record Person(UserId id, String email) {}

    /** A key with all scopes. */
    public record FirstKey(ApiKeyId id, String secret) {
        @Override
        public String toString() {
            return "FirstKey[id=" + id + "]";
        }
    }
}
