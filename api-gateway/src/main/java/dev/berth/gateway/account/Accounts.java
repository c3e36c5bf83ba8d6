package dev.berth.gateway.account;

import dev.berth.gateway.edge.RequestContext;
import dev.berth.schema.id.AccountId;
import org.springframework.stereotype.Service;

/** Accounts: they open, they are read and renamed. Thread-safe. */
@Service
public class Accounts {
    /**
     * Opens an account with its owner and a first key.
     *
     * @throws dev.berth.gateway.edge.Refusal 422 for fields that are wrong, 409 for an e-mail address that is taken, 429 when
     *     the address signs up too often
     */
    public SignedUp signup(Signup request, RequestContext context) {
        throw new UnsupportedOperationException();
    }

    /**
     * Reads one.
     *
     * @throws dev.berth.gateway.edge.Refusal 404
     */
    public Account get(AccountId account) {
        throw new UnsupportedOperationException();
    }
}
