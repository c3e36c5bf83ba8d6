package dev.berth.gateway.factor;

/** What somebody's authenticator shows. */
public final class Authenticator {
    private Authenticator() {}

    /** The code of a step of thirty seconds since 1970. */
    public static String code(String secret, long step) {
        return Codes.code(secret, step);
    }
}
