package dev.berth.gateway.stack;

import dev.berth.gateway.edge.Sha256;
import dev.berth.schema.workload.NetworkUse;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The networks that a Compose file declares, and what a service's use of them becomes. As in Compose a network is the stack's: its name
 * in the account begins with that of the stack, unless the file gives it a {@code name}, and so another stack may be in it too. Other
 * than in Compose {@code default} is the account's own network, so that stacks and workloads find each other. Pure.
 *
 * @see <a href="https://github.com/compose-spec/compose-spec/blob/main/06-networks.md">Compose specification, networks</a>
 */
final class ComposeNetworks {
    private static final int MOST_OF_STACK = 18;
    private static final int MOST_OF_NETWORK = 19;
    private static final int HASH = 8;
    private static final String BETWEEN = "--";
    private static final Pattern PLAIN = Pattern.compile("[a-z](?:-?[a-z0-9])*");
    private static final String UNDECLARED = "Declare it under 'networks:' of the file.";

    private final Map<String, Map<String, Object>> declared;

    private ComposeNetworks(Map<String, Map<String, Object>> declared) {
        this.declared = declared;
    }

    /** Those of a file that becomes a stack of a name. */
    static ComposeNetworks of(Place file, String stack) {
        Map<String, Map<String, Object>> declared = new LinkedHashMap<>();
        declared.put(NetworkUse.OWN, Map.of("name", NetworkUse.OWN));
        file.at("networks")
                .ifPresent(networks -> networks.entries().forEach((key, network) -> {
                    network.entries().forEach(ComposeNetworks::fate);
                    boolean internal = network.at("internal").map(Place::truth).orElse(false);
                    String named = network.at("name").map(Place::text).orElse("");
                    Map<String, Object> member = new LinkedHashMap<>();
                    if (!named.isEmpty()) {
                        member.put("name", named);
                    } else if (key.equals(NetworkUse.OWN) && !internal) {
                        member.put("name", NetworkUse.OWN);
                    } else {
                        member.put("name", scoped(stack, key));
                    }
                    if (internal) {
                        member.put("internal", true);
                    }
                    declared.put(key, member);
                }));
        return new ComposeNetworks(declared);
    }

    private static void fate(String key, Place value) {
        switch (key) {
            case "internal", "name" -> {}
            case "driver" -> {
                String driver = value.text();
                if (!driver.isEmpty() && !driver.equals("bridge")) {
                    value.findings()
                            .refuse(
                                    value.path(),
                                    "only Berth's own networks are offered, which are bridges",
                                    "Leave the driver out.");
                }
            }
            case "external" -> {
                if (!value.isVoid()) {
                    value.findings()
                            .refuse(
                                    value.path(),
                                    "a network is there while a workload names it, so none is made elsewhere",
                                    "Leave it out; with name: two stacks are in one network.");
                }
            }
            case "ipam" -> refused(value, "addresses are given by Berth", "Leave it out and use names.");
            case "driver_opts" -> refused(value, "would set what the host does", "Leave them out.");
            case "labels", "attachable" -> value.findings().note(value.path(), "has no effect");
            case "enable_ipv4", "enable_ipv6" ->
                value.findings().note(value.path(), "has no effect: networks are of IPv4");
            default -> {
                if (!key.startsWith("x-")) {
                    value.findings().refuse(value.path(), "is no key of a network", null);
                }
            }
        }
    }

    private static void refused(Place value, String words, String hint) {
        if (!value.isVoid()) {
            value.findings().refuse(value.path(), words, hint);
        }
    }

    /** What a service's {@code networks} become; empty for the account's own network alone. */
    List<Map<String, Object>> of(String service, Optional<Place> networks) {
        Map<String, Map<String, Object>> used = new LinkedHashMap<>();
        Optional<Place> said = networks.filter(place -> !place.isVoid());
        if (said.isEmpty()) {
            used.put(NetworkUse.OWN, member(NetworkUse.OWN));
        } else if (said.get().isMap()) {
            said.get().entries().forEach((key, network) -> {
                network.entries().forEach((option, value) -> option(service, option, value));
                use(key, network, used);
            });
        } else {
            said.get().items().forEach(item -> use(item.text(), item, used));
        }
        List<Map<String, Object>> members = used.values().stream().distinct().toList();
        return members.equals(List.of(Map.of("name", NetworkUse.OWN))) ? List.of() : members;
    }

    private Map<String, Object> member(String key) {
        return declared.getOrDefault(key, Map.of());
    }

    private void use(String key, Place place, Map<String, Map<String, Object>> used) {
        if (declared.containsKey(key)) {
            used.put(key, member(key));
        } else if (!place.findings().refusedWithin(place.path())) {
            place.findings().refuse(place.path(), "the file declares no network of this name", UNDECLARED);
        }
    }

    private static void option(String service, String option, Place value) {
        if (option.equals("aliases")) {
            value.items().stream()
                    .filter(alias -> !alias.text().equals(service))
                    .forEach(alias -> alias.findings()
                            .refuse(
                                    alias.path(),
                                    "other names than the service's own are not given",
                                    "Use '%s'.".formatted(service)));
        } else if (option.startsWith("ipv4_") || option.startsWith("ipv6_") || option.equals("link_local_ips")) {
            value.findings()
                    .refuse(
                            value.path(),
                            "addresses are given by Berth and change",
                            "Leave it out and use the name '%s' where the address is used.".formatted(service));
        } else {
            value.findings().note(value.path(), "has no effect here");
        }
    }

    /** The name in the account of a network that a file of a stack calls by a key: no two stacks have one in common. */
    static String scoped(String stack, String key) {
        return part(stack, MOST_OF_STACK) + BETWEEN + part(key, MOST_OF_NETWORK);
    }

    /** What a file of the stack calls a network of the account; empty for one that is not the stack's own. */
    static Optional<String> keyOf(String stack, String network) {
        String prefix = part(stack, MOST_OF_STACK) + BETWEEN;
        return Optional.of(network)
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .filter(key -> scoped(stack, key).equals(network));
    }

    /** The name itself if it can stand in a network's, else what is left of it and a hash of the whole. */
    private static String part(String name, int most) {
        if (name.length() <= most && PLAIN.matcher(name).matches()) {
            return name;
        }
        String clean =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^[^a-z]+", "");
        String head =
                clean.substring(0, Math.min(clean.length(), most - HASH - 1)).replaceAll("-+$", "");
        return (head.isEmpty() ? "n" : head) + "-"
                + HexFormat.of().formatHex(Sha256.of(name)).substring(0, HASH);
    }
}
