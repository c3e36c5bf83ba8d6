package dev.berth.gateway.login;

import dev.berth.gateway.edge.Principal;

/** What somebody leaves for the provider for. */
public sealed interface Errand {
    /**
     * To sign in, or up.
     *
     * @param next the page of ours to go on to, which the caller has checked
     */
    record SignIn(String next) implements Errand {}

    /** To link a login to who is signed in. */
    record Link(Principal.Customer visitor) implements Errand {}

    /**
     * To show once more, with a sign-in there and now, that who is signed in is there.
     *
     * @param next as of {@link SignIn}
     */
    record Prove(Principal.Customer visitor, String next) implements Errand {}

    /**
     * To accept an invitation with a login.
     *
     * @param token of the link in its mail
     */
    record Join(String token) implements Errand {
        @Override
        public String toString() {
            return "Join[]"; // never the token
        }
    }
}
