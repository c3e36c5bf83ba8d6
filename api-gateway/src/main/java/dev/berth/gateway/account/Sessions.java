package dev.berth.gateway.account;

import dev.berth.schema.id.SessionId;
import org.springframework.stereotype.Service;

/** Sessions of people who signed in with a password. Thread-safe. */
@Service
public class Sessions {
    /**
     * Begins a session.
     *
     * @param address where the person signs in from
     * @throws dev.berth.gateway.edge.Refusal 401 {@code wrong_credentials}, the same for an unknown address and a wrong
     *     password; 429 after too many of them
     */
    public SignedIn signIn(String email, String password, String address) {
        throw new UnsupportedOperationException();
    }

    /** Ends one; that it has ended already is no error. */
    public void signOut(SessionId session) {
        throw new UnsupportedOperationException();
    }
}
