package dev.berth.client;

import dev.berth.client.call.Refused;

/** The exit codes. A program run by {@code exec}, and a job, end with their own. */
final class Exit {
    /** It was done. */
    static final int OK = 0;
    /** The API does not do it, or it came to no good end. */
    static final int REFUSED = 1;
    /** The command was not understood. */
    static final int USAGE = 2;
    /** Nobody is signed in, or who is may not. */
    static final int FORBIDDEN = 3;
    /** There is no such thing. */
    static final int NOT_FOUND = 4;
    /** Berth, or a part of it, does not answer. */
    static final int AWAY = 5;

    private Exit() {}

    /** That of a refusal. A quota that is used up says 403, but is no question of who asks. */
    static int of(Refused refused) {
        return switch (refused.status()) {
            case 401 -> FORBIDDEN;
            case 403 -> refused.problem().code().equals("quota_exceeded") ? REFUSED : FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 502, 503, 504 -> AWAY;
            default -> REFUSED;
        };
    }
}
