package dev.berth.provisioner.engine;

import java.util.List;
import java.util.Map;

/**
 * A network of the engine.
 *
 * @param subnets in CIDR notation
 * @param addresses of the running containers in it; empty where it was not asked for alone
 */
public record EngineNetwork(
        String id, String name, List<String> subnets, Map<String, String> labels, List<String> addresses) {
    public EngineNetwork {
        subnets = List.copyOf(subnets);
        labels = Map.copyOf(labels);
        addresses = List.copyOf(addresses);
    }

    /** With no container in it. */
    public EngineNetwork(String id, String name, List<String> subnets, Map<String, String> labels) {
        this(id, name, subnets, labels, List.of());
    }
}
