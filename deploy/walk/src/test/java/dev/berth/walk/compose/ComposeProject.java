package dev.berth.walk.compose;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;
import org.testcontainers.lifecycle.Startables;

/** All parts of a Compose file, with the networks and the volumes that are theirs alone. Nothing of it is left once it is closed. */
public final class ComposeProject implements AutoCloseable {
    private final String name;
    private final ComposeFile file;
    private final Map<String, Network> networks = new LinkedHashMap<>();
    private final List<String> volumes = new ArrayList<>();
    private final Map<String, PartContainer> parts = new LinkedHashMap<>();

    /** A project of that name; nothing runs yet. */
    public ComposeProject(String name, ComposeFile file) {
        this.name = name;
        this.file = file;
        for (String network : file.networks()) {
            networks.put(
                    network,
                    Network.builder()
                            .createNetworkCmdModifier(create -> create.withName(name + "_" + network)
                                    .withInternal(file.internalNetworks().contains(network)))
                            .build());
        }
        for (ComposePart part : file.parts()) {
            parts.put(
                    part.name(),
                    new PartContainer(part, name, file.folder(), networks::get, file.endsByItself(part.name())));
        }
        parts.values()
                .forEach(container -> container.dependsOn(
                        container.part().dependsOn().stream().map(parts::get).toList()));
    }

    /** Starts every part when those it waits for are there; returns when all are. */
    public void up() {
        for (String volume : file.volumes()) {
            volumes.add(DockerClientFactory.lazyClient()
                    .createVolumeCmd()
                    .withName(name + "_" + volume)
                    .withLabels(DockerClientFactory.DEFAULT_LABELS)
                    .exec()
                    .getName());
        }
        Startables.deepStart(parts.values()).join();
    }

    /** The part of that name. */
    public PartContainer part(String part) {
        return Objects.requireNonNull(parts.get(part), () -> "the Compose file has no part " + part);
    }

    /** All parts, in the file's order. */
    public List<PartContainer> parts() {
        return List.copyOf(parts.values());
    }

    /** Of each part that is not well, what its health checks found and the last lines that it said. */
    public String whatIsNotWell() {
        return parts.values().stream()
                .map(PartContainer::whyNotWell)
                .flatMap(Optional::stream)
                .collect(Collectors.joining("\n"));
    }

    /** Writes what each part said into a file of its name. */
    public void saveLogs(Path folder) {
        try {
            Files.createDirectories(folder);
            for (PartContainer part : parts.values()) {
                if (part.getContainerId() != null) {
                    Files.writeString(folder.resolve(part.part().name() + ".log"), part.getLogs());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes containers, networks and volumes; the last that was made first. */
    @Override
    public void close() {
        new ArrayList<>(parts.values()).reversed().forEach(PartContainer::stop);
        networks.values().forEach(Network::close);
        for (String volume : volumes) {
            DockerClientFactory.lazyClient().removeVolumeCmd(volume).exec();
        }
        volumes.clear();
    }
}
