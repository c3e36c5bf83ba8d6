package dev.berth.client.profile;

/**
 * A Berth and a key for it.
 *
 * @param keyId the id of the key where it was made by signing in, empty otherwise
 * @param email who signed in, empty where it is not known
 */
public record Profile(String name, String url, String key, String keyId, String email) {
    /** Checks the address. */
    public Profile {
        if (!url.matches("https?://[^\\s]+")) {
            throw new IllegalArgumentException("'%s' is no address: https://… or http://…".formatted(url));
        }
    }

    @Override
    public String toString() {
        return "Profile[name=%s, url=%s]".formatted(name, url); // never the key
    }
}
