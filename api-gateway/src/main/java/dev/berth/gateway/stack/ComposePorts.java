package dev.berth.gateway.stack;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ports of a service, from {@code ports} and {@code expose}. Pure. */
final class ComposePorts {
    private static final int MOST_OF_A_RANGE = 32;
    private static final Pattern SHORT = Pattern.compile(
            "(?:(?:(?:\\[[0-9a-fA-F:.]+]|[0-9.]+):)?(?:[0-9]{0,5}(?:-[0-9]{1,5})?):)?([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/(tcp|udp|sctp))?");

    private final SortedSet<Integer> ports = new TreeSet<>();

    private ComposePorts() {}

    static List<Integer> of(String service, Optional<Place> published, Optional<Place> exposed) {
        ComposePorts reading = new ComposePorts();
        published.ifPresent(place -> {
            place.items().forEach(reading::read);
            if (!place.isVoid()) {
                place.findings()
                        .note(
                                place.path(),
                                "are reached by the account's own workloads at '%s'; no port of a host is opened"
                                        .formatted(service));
            }
        });
        exposed.ifPresent(place -> place.items().forEach(reading::read));
        return List.copyOf(reading.ports);
    }

    private void read(Place item) {
        if (item.isMap()) {
            item.entries().forEach((key, value) -> {
                switch (key) {
                    case "target" -> value.number().ifPresent(n -> add(item, n.toString(), null));
                    case "protocol" -> protocol(item, value.text());
                    case "published", "host_ip", "mode", "name", "app_protocol" -> {}
                    default -> value.findings().refuse(value.path(), "is no key of a port", null);
                }
            });
            if (item.at("target").isEmpty()) {
                item.wrong("needs a target, the port in the container");
            }
            return;
        }
        Matcher matcher = SHORT.matcher(item.text());
        if (!matcher.matches()) {
            item.wrong("must be a port such as 80, 8080:80 or 8080:80/tcp");
            return;
        }
        protocol(item, matcher.group(3) == null ? "tcp" : matcher.group(3));
        add(item, matcher.group(1), matcher.group(2));
    }

    private static void protocol(Place item, String protocol) {
        if (!protocol.equals("tcp")) {
            item.findings()
                    .note(item.path(), "is %s: it is reached within the account's network only".formatted(protocol));
        }
    }

    private void add(Place item, String first, @org.jspecify.annotations.Nullable String last) {
        int from = Integer.parseInt(first.length() > 6 ? "999999" : first);
        int to = last == null ? from : Integer.parseInt(last);
        if (from < 1 || to > 65_535 || to < from || to - from >= MOST_OF_A_RANGE) {
            item.wrong("must be ports from 1 to 65535, at most %d in a range".formatted(MOST_OF_A_RANGE));
            return;
        }
        for (int port = from; port <= to; port++) {
            ports.add(port);
        }
    }
}
