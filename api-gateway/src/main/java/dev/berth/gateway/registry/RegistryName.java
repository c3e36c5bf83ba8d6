package dev.berth.gateway.registry;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which registry is meant, as Docker reads names of images: the first part is a registry when it looks like a host, and everything else is on
 * Docker Hub. Pure.
 */
public final class RegistryName {
    /** Where an image is whose name says no registry. */
    public static final String HUB = "docker.io";

    private static final List<String> HUBS = List.of(HUB, "index.docker.io", "registry-1.docker.io");
    private static final int MAX_CHARS = 255;
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
    private static final Pattern FORM = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*(?::[1-9][0-9]{0,4})?");

    private RegistryName() {}

    /** The registry of an image, by its name. */
    public static String of(String image) {
        int slash = image.indexOf('/');
        String first = slash < 0 ? "" : image.substring(0, slash);
        boolean host = first.contains(".")
                || first.contains(":")
                || first.equals("localhost")
                || !first.equals(first.toLowerCase(Locale.ROOT));
        return host ? one(first) : HUB;
    }

    /** Reads a registry as a customer names it; empty for what is none. */
    static Optional<String> read(String text) {
        String name = one(text);
        boolean host = name.contains(".") || name.contains(":") || name.equals("localhost");
        return host && name.length() <= MAX_CHARS && FORM.matcher(name).matches() && isPort(name)
                ? Optional.of(name)
                : Optional.empty();
    }

    private static boolean isPort(String name) {
        int colon = name.indexOf(':');
        return colon < 0 || Integer.parseInt(name.substring(colon + 1)) <= 65_535;
    }

    private static String one(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return HUBS.contains(name) ? HUB : name;
    }
}
