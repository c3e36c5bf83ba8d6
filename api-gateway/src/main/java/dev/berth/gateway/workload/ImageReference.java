package dev.berth.gateway.workload;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an image, by the grammar of the distribution project ({@code reference.go}): {@code [host[:port]/]path[:tag][@digest]}.
 * A host must be one that the whole internet could mean: no address or name of an internal network, unless the operator allows
 * it. Pure: no name is resolved here; whoever pulls must look at the resolved address again.
 */
final class ImageReference {
    static final int MAX_LENGTH = 255;

    private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
    private static final Pattern FORM = Pattern.compile("(?:(?<host>(?:" + LABEL + "(?:\\." + LABEL
            + ")*|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?)/)?(?<path>" + COMPONENT + "(?:/" + COMPONENT
            + ")*)(?<tag>:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?<digest>@sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128}))?");
    private static final Pattern IMAGE_ID = Pattern.compile("[0-9a-f]{12,64}");
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");
    private static final Set<String> INTERNAL_ENDINGS = Set.of(
            "localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "test", "invalid", "arpa");

    private ImageReference() {}

    /**
     * What is wrong with it, if anything.
     *
     * @param allowedHosts {@code host} or {@code host:port} that the operator allows although they are internal
     */
    static Optional<String> check(String text, Set<String> allowedHosts) {
        if (text.isEmpty()) {
            return Optional.of("is required");
        }
        if (text.length() > MAX_LENGTH) {
            return Optional.of("must have at most %d characters".formatted(MAX_LENGTH));
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.of("is not an image name such as nginx:1.27 or registry.example.com/team/app@sha256:…");
        }
        String host = matcher.group("host");
        if (host != null && !isHost(host)) {
            host = null; // the first part of a path, as in library/nginx
        }
        if (host != null && !isPort(host)) {
            return Optional.of("names a port that there is not: '%s'".formatted(host));
        }
        String path = text.substring(0, pathEnd(matcher));
        if (host == null && !path.contains("/") && (IMAGE_ID.matcher(path).matches() || path.equals("sha256"))) {
            return Optional.of("must be a name, not the id of an image");
        }
        if (host != null
                && !allowedHosts.contains(host)
                && !allowedHosts.contains(withoutPort(host))
                && isInternal(host)) {
            return Optional.of("names a registry in an internal network: '%s'".formatted(host));
        }
        return Optional.empty();
    }

    private static int pathEnd(Matcher matcher) {
        return matcher.end("path");
    }

    /** As Docker decides whether the first part is a host. */
    private static boolean isHost(String part) {
        return part.startsWith("[") // no path begins so
                || part.contains(".")
                || part.contains(":")
                || part.equals("localhost")
                || !part.equals(part.toLowerCase(Locale.ROOT));
    }

    private static boolean isPort(String host) {
        String bare = withoutPort(host);
        int port = bare.length() == host.length() ? 1 : Integer.parseInt(host.substring(bare.length() + 1));
        return port >= 1 && port <= 65_535;
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.indexOf(']') && colon >= 0 ? host.substring(0, colon) : host;
    }

    static boolean isInternal(String hostAndPort) {
        String host = withoutPort(hostAndPort).toLowerCase(Locale.ROOT);
        if (host.startsWith("[")) {
            return true; // an IPv6 literal; nobody's public registry
        }
        if (IPV4.matcher(host).matches()) {
            return isInternalAddress(host);
        }
        String last = host.substring(host.lastIndexOf('.') + 1);
        // A single label, or one that some resolvers read as a number (127.1, 0x7f.1, 2130706433).
        return !host.contains(".") || !last.matches("[a-z][a-z0-9-]*") || INTERNAL_ENDINGS.contains(last);
    }

    private static boolean isInternalAddress(String ipv4) {
        try {
            InetAddress address = InetAddress.getByName(ipv4); // a literal: nothing is looked up
            byte[] b = address.getAddress();
            int first = b[0] & 0xff;
            int second = b[1] & 0xff;
            return address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || address.isLinkLocalAddress()
                    || address.isSiteLocalAddress()
                    || first == 0
                    || first >= 224
                    || (first == 100 && second >= 64 && second < 128)
                    || (first == 198 && (second == 18 || second == 19))
                    || (first == 192 && second == 0);
        } catch (UnknownHostException e) {
            return true;
        }
    }
}
