package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.lifecycle.Lifecycle;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.ContainerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends containers that fill the host's disk through a writable root, where the storage driver has no quota for it. Looks are
 * rare, since each costs the host a walk over the container's files: never sooner than {@link #BETWEEN} after the last, nor than
 * ten times what the last one took. So a burst between two looks gets through; only a quota is a hard limit. One activation at a
 * time.
 */
final class DiskWatch {
    static final Duration BETWEEN = Duration.ofSeconds(10);
    private static final int SHARE = 10;

    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);

    private final Tenure tenure;
    private final ContainerEngine engine;
    private final ContainerRepository containers;
    private final Lifecycle lifecycle;
    private final HostClock clock;
    private final int mostMib;
    private volatile Instant nextAt = Instant.MIN;

    DiskWatch(Tenure tenure, ContainerEngine engine, Rooms rooms, HostClock clock, int mostMib) {
        this.tenure = tenure;
        this.engine = engine;
        this.containers = rooms.containers();
        this.lifecycle = rooms.lifecycle();
        this.clock = clock;
        this.mostMib = mostMib;
    }

    /** Looks, if it is time to. */
    Outcome look() {
        Outcome outcome = new Outcome();
        Instant begun = clock.instant();
        if (begun.isBefore(nextAt)) {
            return outcome;
        }
        nextAt = begun.plus(BETWEEN);
        for (ContainerId id : engine.unlimitedRoots()) {
            try {
                OptionalLong bytes = engine.written(ContainerEngine.nameOf(id));
                if (bytes.isPresent() && bytes.getAsLong() >> 20 >= mostMib) {
                    end(id, bytes.getAsLong() >> 20, outcome);
                }
            } catch (EngineException.Failed | EngineException.Refused | EngineException.Conflict e) {
                LOG.atWarn().addKeyValue("container", id).log("What it has written is not known: {}", e.getMessage());
            }
        }
        Instant ended = clock.instant();
        Duration rest = Duration.between(begun, ended).multipliedBy(SHARE);
        nextAt = ended.plus(rest.compareTo(BETWEEN) > 0 ? rest : BETWEEN);
        return outcome;
    }

    private void end(ContainerId id, long mib, Outcome outcome) {
        boolean ends = tenure.write(tx -> {
            Optional<Container> found = containers.lock(tx.dsl(), id);
            if (found.isEmpty() || found.get().state() != ContainerState.RUNNING) {
                return false;
            }
            lifecycle.stop(tx, id, StopReason.DISK_FULL, 0, found.get().cause());
            return lifecycle.note(
                    tx,
                    id,
                    new Container.Note(
                            "disk_full",
                            "it had written %d MiB into its own root, and %d MiB are allowed".formatted(mib, mostMib),
                            null));
        });
        if (ends) {
            LOG.atInfo().addKeyValue("container", id).log("It has written {} MiB into its root and is ended", mib);
            outcome.then(new Subject.Run(id));
        }
    }
}
