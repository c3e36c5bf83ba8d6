package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.schema.id.ContainerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The rows of all containers that still count, each read whole only when it has changed: a pass over an unchanged world reads their ids and
 * versions. A row that changes between the two reads has another version the next time, so what is kept here is never older than the
 * version that it is kept under. Thread-safe.
 */
final class StandingRows {
    private final Tenure tenure;
    private final ContainerRepository containers;
    private Map<ContainerId, Kept> kept = Map.of();

    private record Kept(long version, Container row) {}

    StandingRows(Tenure tenure, ContainerRepository containers) {
        this.tenure = tenure;
        this.containers = containers;
    }

    /** As they are now, oldest first. */
    synchronized List<Container> read() {
        List<ContainerRepository.Version> versions = tenure.read(containers::standingVersions);
        List<ContainerId> news = new ArrayList<>();
        for (ContainerRepository.Version one : versions) {
            Kept known = kept.get(one.container());
            if (known == null || known.version() != one.version()) {
                news.add(one.container());
            }
        }
        Map<ContainerId, Container> read = new HashMap<>();
        if (!news.isEmpty()) {
            tenure.read(dsl -> containers.findAll(dsl, news)).forEach(row -> read.put(row.id(), row));
        }
        Map<ContainerId, Kept> next = new HashMap<>();
        List<Container> rows = new ArrayList<>();
        for (ContainerRepository.Version one : versions) {
            Kept known = kept.get(one.container());
            Container row = read.get(one.container());
            if (row == null && known != null && known.version() == one.version()) {
                row = known.row();
            }
            if (row != null) { // not forgotten meanwhile
                next.put(one.container(), new Kept(one.version(), row));
                rows.add(row);
            }
        }
        kept = next;
        return rows;
    }

    /** Those of a host of which something may be on its engine. */
    List<Container> onEngine(String host) {
        return read().stream()
                .filter(row -> Objects.equals(row.host(), host) && row.removedAt() == null)
                .toList();
    }
}
