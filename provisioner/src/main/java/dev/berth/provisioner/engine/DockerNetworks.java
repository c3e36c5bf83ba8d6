package dev.berth.provisioner.engine;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.Network.Ipam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The networks of the Docker Engine. Thread-safe. */
final class DockerNetworks {
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration SLOW = Duration.ofSeconds(60);

    private final DockerCalls calls;
    private final EngineProperties properties;
    private final InternalBridges bridges;

    DockerNetworks(DockerCalls calls, EngineProperties properties) {
        this.calls = calls;
        this.properties = properties;
        this.bridges = new InternalBridges(properties.dockerHost());
    }

    /** What is missing for internal networks to be closed towards the host. */
    Optional<String> finding() {
        return bridges.hold();
    }

    List<EngineNetwork> list() {
        return calls.call("networks", LOOK, client -> client.listNetworksCmd().exec()).stream()
                .map(DockerNetworks::networkOf)
                .toList();
    }

    Optional<EngineNetwork> find(String name) {
        try {
            return Optional.of(networkOf(calls.call(
                    "network",
                    LOOK,
                    client -> client.inspectNetworkCmd().withNetworkId(name).exec())));
        } catch (EngineException.Missing e) {
            return Optional.empty();
        }
    }

    private static EngineNetwork networkOf(Network network) {
        List<String> subnets = new ArrayList<>();
        if (network.getIpam() != null && network.getIpam().getConfig() != null) {
            network.getIpam().getConfig().forEach(config -> {
                if (config.getSubnet() != null) {
                    subnets.add(config.getSubnet());
                }
            });
        }
        return new EngineNetwork(
                network.getId(),
                network.getName(),
                subnets,
                Objects.requireNonNullElse(network.getLabels(), Map.<String, String>of()),
                addressesOf(network));
    }

    private static List<String> addressesOf(Network network) {
        return Objects.requireNonNullElse(network.getContainers(), Map.<String, Network.ContainerNetworkConfig>of())
                .values()
                .stream()
                .map(Network.ContainerNetworkConfig::getIpv4Address)
                .filter(address -> address != null && !address.isEmpty())
                .map(address -> address.replaceAll("/.*", ""))
                .toList();
    }

    String create(NetworkSpec spec) {
        String id = calls.call(
                "network_create",
                SLOW,
                client -> client.createNetworkCmd()
                        .withName(spec.name())
                        .withDriver("bridge")
                        .withCheckDuplicate(true)
                        .withEnableIpv6(false)
                        .withAttachable(false)
                        .withInternal(spec.internal())
                        .withIpam(new Ipam().withConfig(new Ipam.Config().withSubnet(spec.subnet())))
                        .withOptions(optionsOf(spec))
                        .withLabels(Labels.of(properties.installation(), spec.account()))
                        .exec()
                        .getId());
        if (spec.internal()) {
            bridges.made(spec.name());
        }
        return id;
    }

    void remove(String name) {
        calls.call("network_remove", SLOW, client -> {
            try {
                client.removeNetworkCmd(name).exec();
            } catch (NotFoundException e) {
                return false;
            }
            return true;
        });
    }

    private static Map<String, String> optionsOf(NetworkSpec spec) {
        String icc = "com.docker.network.bridge.enable_icc";
        return spec.internal()
                ? Map.of(icc, "true", "com.docker.network.bridge.name", InternalBridges.nameOf(spec.name()))
                : Map.of(icc, "true");
    }

    void connect(String name, String network, List<String> aliases, @Nullable String address) {
        ContainerNetwork endpoint = new ContainerNetwork().withAliases(aliases);
        if (address != null) {
            endpoint.withIpamConfig(new ContainerNetwork.Ipam().withIpv4Address(address));
        }
        calls.call("network_connect", SLOW, client -> {
            try {
                client.connectToNetworkCmd()
                        .withContainerId(name)
                        .withNetworkId(network)
                        .withContainerNetwork(endpoint)
                        .exec();
            } catch (DockerException e) {
                if (!connected(e)) {
                    throw e;
                }
                return false;
            }
            return true;
        });
    }

    /** The engine has a word for it, but no code of its own. */
    private static boolean connected(DockerException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("already exists in network")
                || message.contains("already attached to network")
                || message.contains("is already connected to network");
    }
}
