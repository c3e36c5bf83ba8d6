package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.engine.ContainerSpec;
import dev.berth.provisioner.engine.RootUser;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.volume.Volume;
import dev.berth.provisioner.volume.VolumeException;
import dev.berth.provisioner.volume.VolumeRepository;
import dev.berth.provisioner.volume.VolumeStore;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.workload.VolumeMount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives containers the volumes that they are wished with: all of them, or none. A volume that is to be written to goes to one
 * container at a time, under a fence that only grows; what starts late under an older one does not find its data. Thread-safe.
 */
final class Mounts {
    private final Tenure tenure;
    private final VolumeRepository volumes;
    private final VolumeStore store;
    private final EngineHost host;

    Mounts(Tenure tenure, Rooms rooms, EngineHost host) {
        this.tenure = tenure;
        this.host = host;
        this.volumes = rooms.volumes();
        this.store = rooms.store();
    }

    /** What came of it. */
    sealed interface Given {
        /** They may be mounted. */
        record Granted(List<ContainerSpec.Mount> mounts) implements Given {}

        /**
         * Not now: try again.
         *
         * @param why for the customer
         * @param detail for the operator
         */
        record Wait(String why, String detail) implements Given {
            Wait(String why) {
                this(why, why);
            }
        }

        /** Never, as it is wished. */
        record Refused(String why) implements Given {}
    }

    /** Thrown to take nothing at all. */
    private static final class NotGiven extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Given given;

        NotGiven(Given given) {
            super(null, null, false, false);
            this.given = given;
        }
    }

    /**
     * Takes volumes for a container.
     *
     * @param runsAs {@code uid:gid}
     */
    Given take(Container container, @Nullable List<VolumeMount> wished, String runsAs) {
        if (wished == null || wished.isEmpty()) {
            return new Given.Granted(List.of());
        }
        Map<VolumeId, Long> fences = new HashMap<>();
        try {
            tenure.write(tx -> {
                for (VolumeMount mount : wished.stream()
                        .sorted(java.util.Comparator.comparing(
                                (VolumeMount m) -> m.volume().uuid()))
                        .toList()) {
                    lock(tx.dsl(), container, mount);
                    if (mount.readOnly()) {
                        volumes.share(tx.dsl(), mount.volume(), container.id());
                    } else {
                        Optional<Long> fence = volumes.lease(tx.dsl(), mount.volume(), container.id());
                        fences.put(
                                mount.volume(),
                                fence.orElseThrow(() -> new NotGiven(new Given.Wait(
                                        "another container that may write to the volume %s has not ended yet"
                                                .formatted(mount.volume())))));
                    }
                }
                return true;
            });
            List<ContainerSpec.Mount> mounts = new ArrayList<>();
            for (VolumeMount mount : wished) {
                mounts.add(mountOf(mount, fences.get(mount.volume()), runsAs));
            }
            return new Given.Granted(mounts);
        } catch (NotGiven e) {
            return e.given;
        } catch (VolumeException e) {
            return new Given.Wait(String.valueOf(e.getMessage()), e.detail());
        }
    }

    private void lock(org.jooq.DSLContext dsl, Container container, VolumeMount mount) {
        Volume volume = volumes.lock(dsl, mount.volume())
                .filter(found -> found.account().equals(container.account()))
                .orElseThrow(() ->
                        new NotGiven(new Given.Wait("the volume %s is not known here yet".formatted(mount.volume()))));
        if (volume.wish() == null) {
            throw new NotGiven(new Given.Refused("the volume %s is being destroyed".formatted(mount.volume())));
        }
        if (!volume.mountable() || !container.host().equals(volume.host())) {
            String why = volume.message();
            throw new NotGiven(new Given.Wait(
                    "the volume '%s' is not ready%s".formatted(volume.wish().name(), why == null ? "" : ": " + why)));
        }
    }

    private ContainerSpec.Mount mountOf(VolumeMount mount, @Nullable Long fence, String runsAs) {
        if (fence == null) {
            return new ContainerSpec.Mount(store.data(mount.volume()).toString(), mount.path(), true);
        }
        int colon = runsAs.indexOf(':');
        RootUser root = host.known().map(known -> known.info().root()).orElse(RootUser.OF_HOST);
        store.adopt(
                mount.volume(),
                Math.addExact(root.uid(), Integer.parseInt(runsAs.substring(0, colon))),
                Math.addExact(root.gid(), Integer.parseInt(runsAs.substring(colon + 1))));
        return new ContainerSpec.Mount(store.lease(mount.volume(), fence).toString(), mount.path(), false);
    }
}
