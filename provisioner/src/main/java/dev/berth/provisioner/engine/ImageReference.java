package dev.berth.provisioner.engine;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an image as the OCI distribution specification and Docker have it: {@code [host[:port]/]path[:tag][@digest]}.
 * Nothing else is handed to the engine as one, and always in the whole form of {@link #toString}: a short one such as {@code 19}
 * would be looked up as the beginning of an image's id. For the same reason nothing is named {@code sha256}.
 *
 * @param name without tag and digest
 * @param version the tag, or the digest where there is one
 * @param digest whether {@code version} is a digest
 */
public record ImageReference(String name, String version, boolean digest) {
    /** The longest reference that is accepted. */
    public static final int MAX_CHARS = 512;

    private static final String HOST = "(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?(?::[0-9]{1,5})?/)?";
    private static final String PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final Pattern FORM = Pattern.compile("(?<name>" + HOST + PART + "(?:/" + PART + ")*)"
            + "(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?");

    /** Reads a reference; empty when it is none. */
    public static Optional<ImageReference> parse(String text) {
        if (text.length() > MAX_CHARS) {
            return Optional.empty();
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || matcher.group("name").equals("sha256")) {
            return Optional.empty();
        }
        String digest = matcher.group("digest");
        String tag = matcher.group("tag");
        return Optional.of(
                digest != null
                        ? new ImageReference(matcher.group("name"), digest, true)
                        : new ImageReference(matcher.group("name"), tag == null ? "latest" : tag, false));
    }

    /** The same image by the digest of its manifest. */
    public ImageReference at(String manifest) {
        return new ImageReference(name, manifest, true);
    }

    /** The registry that has it, {@code host} or {@code host:port}; {@code docker.io} where its name says none. */
    public String registry() {
        return RegistryName.of(name).asked();
    }

    @Override
    public String toString() {
        return name + (digest ? "@" : ":") + version;
    }
}
