package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.rollout.ImagePinRepository;
import dev.berth.provisioner.tenant.TenantRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the images that tenants had fetched within their part of the host's disk: the longest unused go first, none that a
 * container uses, none that a workload which is wished to run needs for its wished or its serving revision, none that was used within
 * the last hour, and none that did not come for a tenant. A workload that is stopped keeps the digest only, by which its image is fetched
 * again. One activation at a time.
 */
final class ImageSweep {
    private static final Logger LOG = LoggerFactory.getLogger(ImageSweep.class);
    private static final Duration BETWEEN = Duration.ofMinutes(5);
    private static final Duration FRESH = Duration.ofHours(1);

    private final Tenure tenure;
    private final ContainerEngine engine;
    private final TenantRepository tenants;
    private final ContainerRepository containers;
    private final ImagePinRepository pins;
    private final HostClock clock;
    private final long mostBytes;
    private volatile Instant nextAt = Instant.MIN;

    ImageSweep(Tenure tenure, ContainerEngine engine, Rooms rooms, HostClock clock, int mostMib) {
        this.tenure = tenure;
        this.engine = engine;
        this.tenants = rooms.tenants();
        this.containers = rooms.containers();
        this.pins = rooms.pins();
        this.clock = clock;
        this.mostBytes = (long) mostMib << 20;
    }

    /** Sweeps, if it is time to. */
    void sweep() {
        Instant now = clock.instant();
        if (now.isBefore(nextAt)) {
            return;
        }
        nextAt = now.plus(BETWEEN);
        Map<String, Long> there = engine.imageBytes();
        long bytes = 0;
        for (String id : tenure.read(tenants::images)) {
            bytes += there.getOrDefault(id, 0L);
        }
        Set<String> inUse = new HashSet<>(tenure.read(containers::images));
        inUse.addAll(tenure.read(pins::needed));
        for (String id : tenure.read(dsl -> tenants.unused(dsl, now.minus(FRESH)))) {
            if (bytes <= mostBytes) {
                return;
            }
            if (!inUse.contains(id) && engine.removeImage(id)) {
                bytes -= there.getOrDefault(id, 0L);
                tenure.write(tx -> {
                    tenants.forget(tx.dsl(), id);
                    return true;
                });
                LOG.atInfo().addKeyValue("image", id).log("An image that nobody uses made room for others");
            }
        }
    }
}
