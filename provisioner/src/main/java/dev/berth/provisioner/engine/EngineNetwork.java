package dev.berth.provisioner.engine;

import java.util.List;
import java.util.Map;

/** A network of the engine; {@code subnets} in CIDR notation. */
public record EngineNetwork(String id, String name, List<String> subnets, Map<String, String> labels) {
    public EngineNetwork {
        subnets = List.copyOf(subnets);
        labels = Map.copyOf(labels);
    }
}
