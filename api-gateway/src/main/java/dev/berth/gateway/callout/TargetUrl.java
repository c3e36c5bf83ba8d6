package dev.berth.gateway.callout;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A URL that may be called, as far as its text tells. An address is written in its one usual form: what other programs might read as
 * octal, hexadecimal or one number is refused, not guessed at.
 *
 * @param host a name in lower case, or an address; IPv6 without brackets
 */
public record TargetUrl(URI uri, String host, int port, boolean secure) {
    private static final int MAX_LENGTH = 2048;
    private static final int MAX_HOST = 253;
    private static final int HTTPS = 443;
    private static final int HTTP = 80;
    private static final Pattern NAME = Pattern.compile(
            "(?=.*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");
    private static final Pattern IPV4 =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");

    /** Of services that take orders line by line, which an HTTP request could carry. */
    private static final Set<Integer> OTHER_SERVICES = Set.of(
            7, 9, 19, 21, 22, 23, 25, 53, 110, 111, 119, 139, 143, 389, 445, 465, 514, 587, 636, 873, 993, 995, 2049,
            3306, 5432, 6379, 6667, 9092, 11211);

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException for one that is never called; the message goes on from the name of the field
     */
    public static TargetUrl parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("must have at most %d characters".formatted(MAX_LENGTH));
        }
        if (!text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(
                    "must be of printable ASCII; names of other letters are written as xn--…");
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("is no URL: " + e.getReason(), e);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException("must begin with https://");
        }
        if (uri.getHost() == null || uri.getHost().length() > MAX_HOST) {
            throw new IllegalArgumentException("must name a host");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("must not have a user or password in it");
        }
        if (uri.getRawFragment() != null) {
            throw new IllegalArgumentException("must not have a fragment");
        }
        boolean secure = scheme.equals("https");
        int port = uri.getPort() < 0 ? secure ? HTTPS : HTTP : uri.getPort();
        if (port < 1 || port > 65_535 || OTHER_SERVICES.contains(port)) {
            throw new IllegalArgumentException("must not have the port %d".formatted(port));
        }
        return new TargetUrl(uri, host(uri.getHost().toLowerCase(Locale.ROOT)), port, secure);
    }

    private static String host(String host) {
        if (host.startsWith("[")) {
            String address = host.substring(1, host.length() - 1);
            if (address.indexOf('%') >= 0) {
                throw new IllegalArgumentException("must not name an interface of this machine");
            }
            return InetAddress.ofLiteral(address).getHostAddress();
        }
        if (IPV4.matcher(host).matches()) {
            return host;
        }
        if (NUMBER.matcher(host.substring(host.lastIndexOf('.') + 1)).matches()) {
            throw new IllegalArgumentException("must name a host, or an address of four decimal numbers");
        }
        if (!NAME.matcher(host).matches()) {
            throw new IllegalArgumentException("must name a host of letters, digits, '-' and '.'");
        }
        return host;
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}
