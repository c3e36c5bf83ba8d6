package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.content.ContentStore;
import dev.berth.provisioner.desired.WishRepository;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.lifecycle.KeptLogRepository;
import dev.berth.provisioner.lifecycle.Lifecycle;
import dev.berth.provisioner.lifecycle.Readiness;
import dev.berth.provisioner.placement.HostRepository;
import dev.berth.provisioner.rollout.RolloutRepository;
import dev.berth.provisioner.tenant.TenantRepository;
import dev.berth.provisioner.volume.VolumeRepository;
import dev.berth.provisioner.volume.VolumeStore;
import org.springframework.stereotype.Component;

/** What the reconciler needs of the rooms before it. */
@Component
record Rooms(
        WishRepository wishes,
        TenantRepository tenants,
        ContainerRepository containers,
        Lifecycle lifecycle,
        HostRepository hosts,
        KeptLogRepository keptLogs,
        RolloutRepository rollouts,
        VolumeRepository volumes,
        VolumeStore store,
        ContentStore content,
        Readiness readiness) {
    /** Made from nothing, for tests. */
    static Rooms make(VolumeStore store, ContentStore content) {
        ContainerRepository containers = new ContainerRepository();
        return new Rooms(
                new WishRepository(),
                new TenantRepository(),
                containers,
                new Lifecycle(containers),
                new HostRepository(),
                new KeptLogRepository(),
                new RolloutRepository(),
                new VolumeRepository(),
                store,
                content,
                new Readiness());
    }
}
