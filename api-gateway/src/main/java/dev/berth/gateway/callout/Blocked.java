package dev.berth.gateway.callout;

import java.io.IOException;

/** A target that cannot be called, before anything was sent; the message says why, going on from its name. */
public final class Blocked extends IOException {
    private static final long serialVersionUID = 1;

    Blocked(String message) {
        super(message);
    }
}
