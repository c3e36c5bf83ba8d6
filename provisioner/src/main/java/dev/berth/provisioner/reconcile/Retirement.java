package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.lifecycle.Lifecycle;
import dev.berth.provisioner.placement.HostRepository;
import dev.berth.provisioner.volume.VolumeRepository;
import dev.berth.provisioner.volume.VolumeStore;
import dev.berth.schema.Cause;
import dev.berth.schema.Topic;
import dev.berth.schema.container.Inventory;
import dev.berth.schema.id.VolumeId;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets hosts go that will not come back: what was on them is lost, and their last inventory says that nothing more is to be heard of
 * them, so that the watermark waits for them no longer. Their volumes are settled with them. Whoever wants it writes it into the host's row; this does it, in one
 * transaction a host. Thread-safe.
 */
final class Retirement {
    private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);
    private static final int MOST_NAMED = 20;

    private final Tenure tenure;
    private final HostRepository hosts;
    private final ContainerRepository containers;
    private final Lifecycle lifecycle;
    private final VolumeRepository volumes;
    private final VolumeStore store;
    private final HostClock clock;

    private record Lost(int containers, List<VolumeId> volumes) {}

    Retirement(Tenure tenure, Rooms rooms, HostClock clock) {
        this.tenure = tenure;
        this.hosts = rooms.hosts();
        this.containers = rooms.containers();
        this.lifecycle = rooms.lifecycle();
        this.volumes = rooms.volumes();
        this.store = rooms.store();
        this.clock = clock;
    }

    /** Retires the hosts of which it was asked. */
    void carryOut() {
        for (String host : tenure.read(hosts::retiring)) {
            Lost lost = tenure.write(tx -> {
                List<Container> rows = containers.onEngine(tx.dsl(), host);
                rows.forEach(row -> lifecycle.lose(tx, row.id()));
                Instant last = hosts.lastInventory(tx.dsl(), host).orElse(Instant.EPOCH);
                List<VolumeId> lostVolumes = VolumeLoss.settleAll(tx, volumes, host, last);
                Instant now = clock.settledBefore(tx.now());
                Instant observedAt = now.isAfter(last) ? now : last.plusMillis(1);
                Cause cause = Cause.platform(tx.now());
                for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
                    tx.tell(new Inventory(host, partition, observedAt, List.of(), true), cause);
                }
                hosts.retired(tx.dsl(), host, observedAt);
                return new Lost(rows.size(), lostVolumes);
            });
            LOG.atWarn()
                    .addKeyValue("host", host)
                    .log(
                            "A host was retired; {} containers and {} volumes of it are lost",
                            lost.containers(),
                            lost.volumes().size());
            List<VolumeId> here = lost.volumes().stream().filter(store::has).toList();
            if (!here.isEmpty()) {
                LOG.atError()
                        .addKeyValue("host", host)
                        .log(
                                "The data of {} of these volumes is in the folder of this host, where it stays until their owners"
                                        + " delete them: {}",
                                here.size(),
                                here.subList(0, Math.min(here.size(), MOST_NAMED)));
            }
        }
    }
}
