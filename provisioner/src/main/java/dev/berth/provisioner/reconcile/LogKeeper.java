package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.LogQuery;
import dev.berth.provisioner.engine.LogTail;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.KeptLogRepository;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the end of a container's output before the container is removed. Thread-safe. */
final class LogKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(LogKeeper.class);

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Tenure tenure;
    private final ContainerEngine engine;
    private final KeptLogRepository kept;
    private final HostClock clock;
    private final KeptLogRepository.Bounds bounds;

    LogKeeper(Tenure tenure, ContainerEngine engine, Rooms rooms, HostClock clock, KeptLogRepository.Bounds bounds) {
        this.tenure = tenure;
        this.engine = engine;
        this.kept = rooms.keptLogs();
        this.clock = clock;
        this.bounds = bounds;
    }

    /**
     * Keeps it. An engine that has the container but cannot read its output, for some time, keeps nothing back.
     *
     * @throws EngineException if it may work later
     */
    void keep(Container container) {
        LogTail tail = new LogTail(bounds.chars(), Integer.MAX_VALUE);
        try {
            engine.logs(container.engineName(), new LogQuery(null, null, false), tail);
        } catch (EngineException e) {
            if (mayWorkLater(e, container)) {
                throw e;
            }
            LOG.atWarn()
                    .addKeyValue("container", container.id())
                    .log("The output of an ended container cannot be read: {}", e.getMessage());
        }
        KeptLogRepository.Kept output = new KeptLogRepository.Kept(tail.lines(), tail.cut());
        tenure.write(tx -> {
            kept.keep(tx.dsl(), container.id(), container.account(), output, bounds, tx.now());
            return true;
        });
    }

    private boolean mayWorkLater(EngineException e, Container container) {
        Instant finishedAt = container.life().finishedAt();
        boolean tooLong = finishedAt == null || clock.instant().isAfter(finishedAt.plus(PATIENCE));
        return switch (e) {
            // It was inspected a moment ago, so the engine is there: output that hangs for ever must not keep the
            // container.
            case EngineException.Away away -> !tooLong;
            case EngineException.Failed failed -> !tooLong;
            case EngineException.Refused refused -> false;
            case EngineException.Missing missing -> false;
            case EngineException.Conflict conflict -> false;
        };
    }
}
