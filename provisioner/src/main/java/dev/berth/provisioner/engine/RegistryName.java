package dev.berth.provisioner.engine;

import java.util.Locale;

/**
 * Where an image of a name is, as Docker's reference grammar has it: the first part is a host when it looks like one, and
 * otherwise it is on Docker Hub, there under {@code library} when it has only one part.
 *
 * @param host with its port, where it has one
 * @param path of the image at that host
 */
record RegistryName(String host, String path) {
    private static final String HUB = "registry-1.docker.io";

    /** What the names of images call it. */
    private static final String HUB_NAME = "docker.io";

    /** What the names of images call this registry. */
    String asked() {
        return host.equals(HUB) ? HUB_NAME : host.toLowerCase(Locale.ROOT);
    }

    static RegistryName of(String name) {
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean host = first.contains(".")
                || first.contains(":")
                || first.equals("localhost")
                || !first.equals(first.toLowerCase(Locale.ROOT));
        String path = host ? name.substring(slash + 1) : name;
        if (!host || first.equals(HUB_NAME) || first.equals("index.docker.io")) {
            return new RegistryName(HUB, path.contains("/") ? path : "library/" + path);
        }
        return new RegistryName(first, path);
    }
}
