package dev.berth.provisioner.lifecycle;

import java.util.Locale;

/** The name of a replica inside its account's network: the workload's name and the replica's number, a DNS label (RFC 1123). */
public final class ReplicaName {
    private static final int MAX_LABEL = 63;

    private ReplicaName() {}

    /** Such as {@code web-1}. */
    public static String of(String workloadName, int replica) {
        String suffix = "-" + replica;
        return label(workloadName, MAX_LABEL - suffix.length()) + suffix;
    }

    /** The name under which all replicas of a workload are found. */
    public static String shared(String workloadName) {
        return label(workloadName, MAX_LABEL);
    }

    private static String label(String name, int most) {
        String label =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]+", "-").replaceAll("^-+", "");
        label = label.length() > most ? label.substring(0, most) : label;
        label = label.replaceAll("-+$", "");
        return label.isEmpty() ? "replica" : label;
    }
}
