package dev.berth.gateway.account;

import dev.berth.schema.id.UserId;

/** What a room below does in the transaction in which somebody signs up. */
@FunctionalInterface
public interface NewPerson {
    /** The person is there; nobody knows yet whether they read mails to the address. */
    void joined(UserId user, String email);
}
