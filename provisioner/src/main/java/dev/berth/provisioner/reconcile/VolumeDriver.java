package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.volume.Volume;
import dev.berth.provisioner.volume.VolumeException;
import dev.berth.provisioner.volume.VolumeRepository;
import dev.berth.provisioner.volume.VolumeState;
import dev.berth.provisioner.volume.VolumeStep;
import dev.berth.provisioner.volume.VolumeStore;
import dev.berth.schema.container.SnapshotTaken;
import dev.berth.schema.container.VolumeFailed;
import dev.berth.schema.container.VolumeKept;
import dev.berth.schema.container.VolumeReady;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.volume.VolumeDesired;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes volumes as they are wished, a step at a time: the host first, then the row and the fact in one transaction, whose time is when
 * the new size begins to count. One activation a volume at a time. Thread-safe.
 */
final class VolumeDriver {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeDriver.class);
    private static final Duration AGAIN = Duration.ofSeconds(2);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(15);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final String NO_ROOM = "no_room";
    private static final int MOST_STEPS = 64;

    private final Tenure tenure;
    private final VolumeRepository volumes;
    private final VolumeStore store;
    private final EngineHost host;
    private final HostClock clock;
    private final Lock turn = new ReentrantLock();

    /** Whether the folder of volumes was there when it was last looked at; false before. */
    private volatile boolean held;

    VolumeDriver(Tenure tenure, Rooms rooms, EngineHost host, HostClock clock) {
        this.tenure = tenure;
        this.volumes = rooms.volumes();
        this.store = rooms.store();
        this.host = host;
        this.clock = clock;
    }

    /** Those of this host that are not as they are wished, and whose turn it is. */
    List<Subject.Volume> inMotion() {
        boolean holds = store.holds();
        if (holds && !held) {
            again("volumes_unavailable");
        }
        held = holds;
        return tenure.read(dsl -> volumes.unsettled(dsl, hostName(), clock.instant())).stream()
                .map(Subject.Volume::new)
                .toList();
    }

    /**
     * What a look at this host's volumes found.
     *
     * @param kept those that are there, for an inventory
     * @param missing those that are not, although their use counts
     */
    record Found(List<VolumeKept> kept, List<Subject.Volume> missing) {}

    /** Looks after all volumes whose use counts here, and forgets who has had one and is over. */
    Found look() {
        if (tenure.read(volumes::anyOver)) {
            tenure.write(tx -> {
                volumes.forgetOver(tx.dsl());
                return true;
            });
        }
        List<VolumeKept> kept = new ArrayList<>();
        List<Subject.Volume> missing = new ArrayList<>();
        for (VolumeKept one : tenure.read(dsl -> volumes.kept(dsl, hostName()))) {
            if (store.has(one.volume())) {
                kept.add(one);
            } else {
                missing.add(new Subject.Volume(one.volume()));
            }
        }
        return new Found(kept, missing);
    }

    /** Has those that failed for a reason which is over now tried again. */
    private void again(String code) {
        tenure.write(tx -> volumes.retry(tx.dsl(), code));
    }

    private boolean isHere(Volume volume) {
        return volume.host() == null || volume.host().equals(hostName());
    }

    private String hostName() {
        return host.known().map(EngineHost.Known::name).orElse("");
    }

    /** Does one step after the other. */
    Outcome drive(VolumeId id) {
        Outcome outcome = new Outcome();
        Subject.Volume subject = new Subject.Volume(id);
        if (host.known().isEmpty()) {
            return outcome.at(clock.instant().plus(AGAIN), subject);
        }
        for (int i = 0; i < MOST_STEPS; i++) {
            Volume volume = tenure.read(dsl -> volumes.find(dsl, id)).orElse(null);
            if (volume == null || !isHere(volume) || !tenure.held()) {
                return outcome;
            }
            Instant retryAt = volume.retryAt();
            if (retryAt != null && clock.instant().isBefore(retryAt)) {
                return outcome.at(retryAt, subject);
            }
            VolumeStep step = VolumeStep.next(volume, store.has(id), tenure.read(dsl -> volumes.isMounted(dsl, id)));
            if (step instanceof VolumeStep.Nothing) {
                return outcome;
            }
            if (!store.holds() && wasMade(volume)) {
                VolumeException away = new VolumeException(
                        "volumes_unavailable", "the disk with the volumes of its host is not there; its data may be");
                return outcome.at(fail(volume, away), subject);
            }
            if (step instanceof VolumeStep.Await) {
                return outcome.at(clock.instant().plus(AGAIN), subject);
            }
            try {
                take(volume, step);
            } catch (VolumeException e) {
                return outcome.at(fail(volume, e), subject);
            }
        }
        return outcome.then(subject);
    }

    /** Whether its data was here once; or is to be beside that of others, which was. */
    private boolean wasMade(Volume volume) {
        return switch (volume.state()) {
            case READY, LOST, DESTROYING -> volume.host() != null;
            case WISHED -> tenure.read(dsl -> volumes.promisedGib(dsl, hostName())) > 0;
            case DESTROYED -> false;
        };
    }

    /** One promise of room at a time, whichever volume it is for: what two of them promise at once must not be more than there is. */
    private void promising(int moreGib, Runnable work) {
        turn.lock();
        try {
            room(moreGib);
            work.run();
        } finally {
            turn.unlock();
        }
    }

    private void take(Volume volume, VolumeStep step) {
        VolumeId id = volume.id();
        switch (step) {
            case VolumeStep.Create(VolumeDesired wish) -> create(volume, wish);
            case VolumeStep.Grow(int sizeGib) ->
                promising(sizeGib - volume.sizeGib(), () -> {
                    store.grow(id, sizeGib);
                    ready(volume, now -> now.with(sizeGib, now.snapshots(), now.restores()));
                });
            case VolumeStep.Take(SnapshotId snapshot) ->
                promising(volume.sizeGib(), () -> {
                    store.take(id, snapshot);
                    ready(volume, now -> now, snapshot);
                });
            case VolumeStep.Drop(SnapshotId snapshot) -> {
                store.drop(id, snapshot);
                List<SnapshotTaken> left = volume.snapshots().stream()
                        .filter(taken -> !taken.snapshot().equals(snapshot))
                        .toList();
                ready(volume, now -> now.with(now.sizeGib(), left, now.restores()));
                again(NO_ROOM);
            }
            case VolumeStep.Restore(SnapshotId snapshot, long restores) -> {
                store.restore(id, snapshot, volume.sizeGib());
                ready(volume, now -> now.with(now.sizeGib(), now.snapshots(), restores));
            }
            case VolumeStep.Settle _ -> ready(volume, now -> now);
            case VolumeStep.Lose _ -> lose(volume);
            case VolumeStep.Destroy _ -> end(volume);
            case VolumeStep.Clear _ -> {
                store.destroy(id);
                write(volume, now -> now.in(VolumeState.DESTROYED));
                again(NO_ROOM);
            }
            case VolumeStep.Nothing _, VolumeStep.Await _ -> {}
        }
    }

    private void create(Volume volume, VolumeDesired wish) {
        VolumeId origin = wish.originVolume();
        if (origin != null) {
            checkOrigin(volume, origin);
        }
        promising(wish.sizeGib(), () -> {
            store.create(volume.id(), wish.sizeGib(), origin, wish.originSnapshot());
            ready(volume, now -> now.with(wish.sizeGib(), List.of(), 0));
        });
    }

    /** Data goes from a volume to another one of the same account only. */
    private void checkOrigin(Volume volume, VolumeId origin) {
        Optional<Volume> from = tenure.read(dsl -> volumes.find(dsl, origin));
        if (from.isEmpty()
                || !from.get().account().equals(volume.account())
                || from.get().state() != VolumeState.READY
                || !isHere(from.get())) {
            throw new VolumeException("origin_gone", "the volume with whose data it was to begin is not there");
        }
    }

    /** What is promised must be there: the file system holds each volume to its size, and cannot give it what it has not. */
    private void room(int moreGib) {
        long left = store.roomGib() - tenure.read(dsl -> volumes.promisedGib(dsl, hostName()));
        if (moreGib > left) {
            throw new VolumeException(
                    NO_ROOM,
                    "the host has no room for the %d GiB more that this takes; it is tried again, and others may make room"
                            .formatted(moreGib),
                    "the host has %d GiB of room for volumes left, and %d more are wished for this one"
                            .formatted(Math.max(0, left), moreGib));
        }
    }

    private void ready(Volume volume, UnaryOperator<Volume> change) {
        ready(volume, change, null);
    }

    /** Writes what is there now, and tells it; a snapshot is of the time of this transaction. */
    private void ready(Volume volume, UnaryOperator<Volume> change, @Nullable SnapshotId taken) {
        String name = hostName();
        tenure.write(tx -> {
            Volume now = volumes.lock(tx.dsl(), volume.id()).orElseThrow();
            Instant at = tx.now();
            Volume next = change.apply(now);
            List<SnapshotTaken> snapshots = new ArrayList<>(next.snapshots());
            if (taken != null) {
                snapshots.add(new SnapshotTaken(taken, at, next.sizeGib()));
            }
            next = next.with(next.sizeGib(), snapshots, next.restores())
                    .ready(name, store.driver(), at)
                    .next(at);
            VolumeStep left = VolumeStep.next(next, true, true);
            if (left instanceof VolumeStep.Settle || left instanceof VolumeStep.Nothing) {
                next = next.made();
            }
            volumes.update(tx.dsl(), next, at);
            tx.tell(
                    new VolumeReady(
                            next.id(),
                            next.account(),
                            next.madeGeneration(),
                            name,
                            store.driver(),
                            store.enforcesSize(),
                            next.sizeGib(),
                            next.snapshots(),
                            next.snapshotGib(),
                            next.restores(),
                            Objects.requireNonNull(next.createdAt()),
                            at,
                            next.sequence()),
                    next.cause());
            return true;
        });
    }

    /** Ends the use of a volume whose data is gone, so that no second after that is billed. */
    private void lose(Volume volume) {
        tenure.write(tx -> {
            Volume now = volumes.lock(tx.dsl(), volume.id()).orElseThrow();
            if (now.state() != VolumeState.READY) {
                return false;
            }
            LOG.atError().addKeyValue("volume", now.id()).log("The data of a volume is not in its folder any more");
            VolumeLoss.settle(
                    tx,
                    volumes,
                    now,
                    tx.now(),
                    "its data is not on the host any more, and Berth did not remove it",
                    false);
            return true;
        });
    }

    /** Ends the use of a volume; its data goes after that. */
    private void end(Volume volume) {
        tenure.write(tx -> {
            Volume now = volumes.lock(tx.dsl(), volume.id()).orElseThrow();
            if (now.wish() != null || volumes.isMounted(tx.dsl(), now.id())) {
                return false;
            }
            Instant createdAt = now.createdAt();
            if (createdAt == null) {
                volumes.update(tx.dsl(), now.in(VolumeState.DESTROYED), tx.now());
                return true;
            }
            if (now.state() == VolumeState.LOST) { // its use has ended; what came to light again goes too
                volumes.update(tx.dsl(), now.in(VolumeState.DESTROYING), tx.now());
                return true;
            }
            Volume next = now.in(VolumeState.DESTROYING).next(tx.now());
            volumes.update(tx.dsl(), next, tx.now());
            VolumeLoss.tellEnd(tx, next, createdAt, tx.now());
            return true;
        });
    }

    private void write(Volume volume, UnaryOperator<Volume> change) {
        tenure.write(tx -> {
            volumes.lock(tx.dsl(), volume.id()).ifPresent(now -> volumes.update(tx.dsl(), change.apply(now), tx.now()));
            return true;
        });
    }

    /** Says why it is not as it is wished, once for each reason; answers when it is tried again. */
    private Instant fail(Volume volume, VolumeException why) {
        String name = hostName();
        String message = String.valueOf(why.getMessage());
        return tenure.write(tx -> {
            Volume now = volumes.lock(tx.dsl(), volume.id()).orElseThrow();
            if (now.generation() != volume.generation()) {
                return tx.now(); // another wish came meanwhile, whose turn it is
            }
            Instant again = tx.now().plus(pause(now.failures()));
            volumes.update(tx.dsl(), now.failed(why.code(), message, again), tx.now());
            if (!why.code().equals(now.code()) || !message.equals(now.message())) {
                LOG.atWarn()
                        .addKeyValue("volume", now.id())
                        .addKeyValue("code", why.code())
                        .log("A volume is not as it is wished: {}", why.detail());
                tx.tell(
                        new VolumeFailed(
                                now.id(), now.account(), now.generation(), name, why.code(), message, tx.now()),
                        now.cause());
            }
            return again;
        });
    }

    /** How long a volume is left alone after so many failures in a row before: twice as long each time, up to a limit. */
    static Duration pause(int failures) {
        Duration pause = FIRST_PAUSE;
        for (int i = 0; i < failures && pause.compareTo(LONGEST_PAUSE) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
}
