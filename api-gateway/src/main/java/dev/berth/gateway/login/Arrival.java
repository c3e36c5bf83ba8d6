package dev.berth.gateway.login;

import dev.berth.gateway.account.SignedIn;

/** What comes of somebody who comes back from the provider. */
public sealed interface Arrival {
    /**
     * They are signed in.
     *
     * @param next the page of ours that they wanted
     */
    record In(SignedIn session, String next) implements Arrival {}

    /** The code of their second factor is still missing. */
    record NeedsCode() implements Arrival {}

    /** Nobody knows them here, and they may sign up. */
    record NeedsSignup() implements Arrival {}

    /** The login is linked to who is signed in. */
    record Linked() implements Arrival {}

    /**
     * Who is signed in has shown that they are there.
     *
     * @param next the page of ours that they came from
     */
    record Shown(String next) implements Arrival {}
}
