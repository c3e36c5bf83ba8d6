package dev.berth.client;

import java.io.Serial;

/** A command cannot be done, as it is seen from here; with what to do about it. */
final class Complaint extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String hint;
    private final int exit;

    Complaint(int exit, String message, String hint) {
        super(message);
        this.exit = exit;
        this.hint = hint;
    }

    String hint() {
        return hint;
    }

    int exit() {
        return exit;
    }
}
