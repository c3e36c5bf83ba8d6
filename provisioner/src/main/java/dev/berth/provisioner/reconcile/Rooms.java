package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.content.ContentStore;
import dev.berth.provisioner.desired.WishRepository;
import dev.berth.provisioner.egress.EgressCounters;
import dev.berth.provisioner.egress.EgressRepository;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.lifecycle.KeptLogRepository;
import dev.berth.provisioner.lifecycle.Lifecycle;
import dev.berth.provisioner.lifecycle.LinkRepository;
import dev.berth.provisioner.lifecycle.Readiness;
import dev.berth.provisioner.placement.HostRepository;
import dev.berth.provisioner.rollout.ImagePinRepository;
import dev.berth.provisioner.rollout.RolloutRepository;
import dev.berth.provisioner.tenant.ImageNameRepository;
import dev.berth.provisioner.tenant.NetworkRepository;
import dev.berth.provisioner.tenant.TenantRepository;
import dev.berth.provisioner.volume.VolumeRepository;
import dev.berth.provisioner.volume.VolumeStore;
import org.springframework.stereotype.Component;

/** What the reconciler needs of the rooms before it. */
@Component
record Rooms(
        WishRepository wishes,
        TenantRepository tenants,
        ImageNameRepository imageNames,
        NetworkRepository networks,
        ContainerRepository containers,
        LinkRepository links,
        Lifecycle lifecycle,
        HostRepository hosts,
        KeptLogRepository keptLogs,
        RolloutRepository rollouts,
        ImagePinRepository pins,
        VolumeRepository volumes,
        VolumeStore store,
        ContentStore content,
        Readiness readiness,
        EgressRepository egress,
        EgressCounters counters) {
    /** Made from nothing, for tests. */
    static Rooms make(VolumeStore store, ContentStore content) {
        return make(store, content, EgressCounters.none("a test counts nothing"));
    }

    /** Made from nothing but counters, for tests. */
    static Rooms make(VolumeStore store, ContentStore content, EgressCounters counters) {
        ContainerRepository containers = new ContainerRepository();
        return new Rooms(
                new WishRepository(),
                new TenantRepository(),
                new ImageNameRepository(),
                new NetworkRepository(),
                containers,
                new LinkRepository(),
                new Lifecycle(containers),
                new HostRepository(),
                new KeptLogRepository(),
                new RolloutRepository(),
                new ImagePinRepository(),
                new VolumeRepository(),
                store,
                content,
                new Readiness(),
                new EgressRepository(),
                counters);
    }
}
