package dev.berth.gateway.account;

import dev.berth.schema.id.UserId;

/** What a sign-in asks of the room that keeps second factors. */
public interface SecondFactor {
    /** Whether somebody must show a code beside the password. */
    boolean isOn(UserId user);

    /** Whether a code is theirs and counts, which it does once; in the transaction at hand. */
    boolean takes(UserId user, String code);
}
