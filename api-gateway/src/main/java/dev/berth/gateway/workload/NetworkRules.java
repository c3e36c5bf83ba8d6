package dev.berth.gateway.workload;

import dev.berth.schema.workload.NetworkUse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules for the private networks that the containers of a workload are in. A network has no life of its own: it is there while a
 * workload names it, so all that name it must mean the same. Pure.
 */
final class NetworkRules {
    /** The most networks of a workload, the account's own one among them. */
    static final int MAX_NETWORKS = 4;

    /** The most networks that the workloads of an account name, beside its own one. */
    static final int MAX_OF_ACCOUNT = 8;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,38}");

    private NetworkRules() {}

    /** What is asked for; the account's own network alone is as none. */
    static List<NetworkUse> merge(
            @Nullable List<@Nullable NetworkShape> asked, List<NetworkUse> now, FieldCheck check) {
        if (asked == null) {
            return now;
        }
        if (asked.size() > MAX_NETWORKS) {
            check.wrong("networks", "must have at most %d items".formatted(MAX_NETWORKS));
            return List.of();
        }
        List<NetworkUse> networks = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < asked.size(); i++) {
            NetworkShape shape = asked.get(i);
            String name = shape == null ? null : shape.name();
            String field = "networks[%d]".formatted(i);
            if (shape == null || name == null || !NAME.matcher(name).matches()) {
                check.wrong(
                        field + ".name", "must have 1 to 39 characters of a-z, 0-9 and '-', and begin with a letter");
                continue;
            }
            boolean internal = Boolean.TRUE.equals(shape.internal());
            if (internal && name.equals(NetworkUse.OWN)) {
                check.wrong(
                        field + ".internal",
                        "must not be true: '%s' is the account's own network, which leads outside".formatted(name));
            }
            if (!seen.add(name)) {
                check.wrong(field + ".name", "is there twice");
            }
            networks.add(new NetworkUse(name, internal));
        }
        boolean own = networks.size() == 1 && networks.getFirst().name().equals(NetworkUse.OWN);
        return own ? List.of() : networks;
    }

    /** A workload of an account, and the networks that it names. */
    record Member(String workload, List<NetworkUse> networks) {}

    /** Two workloads that mean different networks by one name. */
    record Dispute(NetworkUse use, String workload, String other) {}

    /** Where a workload and another do not agree; empty where all do. */
    static Optional<Dispute> dispute(Member member, List<Member> others) {
        for (NetworkUse use : member.networks()) {
            for (Member other : others) {
                boolean differs = other.networks().stream()
                        .anyMatch(its -> its.name().equals(use.name()) && its.internal() != use.internal());
                if (differs && !other.workload().equals(member.workload())) {
                    return Optional.of(new Dispute(use, member.workload(), other.workload()));
                }
            }
        }
        return Optional.empty();
    }

    /** The names of all networks that workloads name, beside the account's own one. */
    static Set<String> names(List<Member> members) {
        Set<String> names = new HashSet<>();
        members.forEach(member -> member.networks().forEach(use -> names.add(use.name())));
        names.remove(NetworkUse.OWN);
        return names;
    }
}
