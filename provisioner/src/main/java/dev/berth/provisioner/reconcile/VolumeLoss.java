package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.lifecycle.FactTransaction;
import dev.berth.provisioner.volume.Volume;
import dev.berth.provisioner.volume.VolumeRepository;
import dev.berth.provisioner.volume.VolumeState;
import dev.berth.schema.container.VolumeDestroyed;
import dev.berth.schema.container.VolumeFailed;
import dev.berth.schema.id.VolumeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is written and told of volumes whose data is gone. Works inside the caller's transaction, which has their rows locked. */
final class VolumeLoss {
    static final String CODE = "volume_lost";

    private VolumeLoss() {}

    /**
     * Ends the use of a volume that is not there any more, so that nothing after {@code at} is billed, and says why to its owner unless they
     * had it destroyed anyway.
     *
     * @param withHost whether its host is gone too, so that nothing of it is on any
     */
    static void settle(
            FactTransaction tx, VolumeRepository volumes, Volume now, Instant at, String why, boolean withHost) {
        Volume next = now.in(VolumeState.LOST).failed(CODE, why, null).next(at);
        volumes.update(tx.dsl(), withHost ? next.homeless() : next, tx.now());
        if (now.wish() != null) {
            tx.tell(
                    new VolumeFailed(
                            now.id(),
                            now.account(),
                            now.generation(),
                            Objects.requireNonNullElse(now.host(), ""),
                            CODE,
                            why,
                            tx.now()),
                    now.cause());
        }
        tellEnd(tx, next, Objects.requireNonNull(next.createdAt()), at);
    }

    /** Tells that the use of a volume has ended. */
    static void tellEnd(FactTransaction tx, Volume ended, Instant createdAt, Instant at) {
        tx.tell(
                new VolumeDestroyed(
                        ended.id(),
                        ended.account(),
                        Objects.requireNonNullElse(ended.host(), ""),
                        Objects.requireNonNullElse(ended.driver(), ""),
                        ended.meteredGib(),
                        createdAt,
                        at,
                        ended.sequence()),
                ended.cause());
    }

    /**
     * Settles all volumes of a host that does not come back. What was not proven to be there is not billed: their use ends with what was last
     * heard of each. Whoever wishes for one still finds it lost; nothing of it is on a host, so that it can be deleted on whatever host.
     *
     * @param lastInventory of the host; null when there was none
     * @return those that are lost
     */
    static List<VolumeId> settleAll(
            FactTransaction tx, VolumeRepository volumes, String host, @Nullable Instant lastInventory) {
        List<VolumeId> lost = new ArrayList<>();
        for (Volume volume : volumes.lockAllOf(tx.dsl(), host)) {
            switch (volume.state()) {
                case READY -> {
                    lost.add(volume.id());
                    settle(
                            tx,
                            volumes,
                            volume,
                            lastHeard(volume, lastInventory),
                            "its host does not come back, and its data is gone with it: delete it, and make a new one",
                            true);
                }
                case WISHED, LOST -> volumes.update(tx.dsl(), volume.homeless(), tx.now());
                case DESTROYING, DESTROYED -> volumes.update(tx.dsl(), volume.in(VolumeState.DESTROYED), tx.now());
            }
        }
        volumes.forgetOver(tx.dsl());
        return lost;
    }

    private static Instant lastHeard(Volume volume, @Nullable Instant lastInventory) {
        Instant told = Objects.requireNonNullElse(volume.toldAt(), Objects.requireNonNull(volume.createdAt()));
        return lastInventory == null || lastInventory.isBefore(told) ? told : lastInventory;
    }
}
