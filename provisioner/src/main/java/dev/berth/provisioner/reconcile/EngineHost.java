package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.EngineInfo;
import dev.berth.provisioner.placement.HostRepository;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** The host of the engine: its name, its size, and whether it answers. Thread-safe. */
final class EngineHost {
    /** A host that answered at least once. */
    record Known(String name, EngineInfo info) {}

    private final ContainerEngine engine;
    private final HostRepository hosts;
    private final DSLContext dsl;
    private final HostClock clock;
    private volatile @Nullable Known known;
    private volatile boolean reachable;
    private volatile String why = "not asked yet";

    EngineHost(ContainerEngine engine, HostRepository hosts, DSLContext dsl, HostClock clock) {
        this.engine = engine;
        this.hosts = hosts;
        this.dsl = dsl;
        this.clock = clock;
    }

    /**
     * Asks the engine for itself.
     *
     * @throws EngineException if it does not answer
     */
    Known refresh() {
        Instant before = clock.ours();
        EngineInfo info;
        try {
            info = engine.info();
        } catch (EngineException e) {
            lost(e);
            throw e;
        }
        clock.compare(before, info.hostTime(), clock.ours());
        Known last = known;
        String name = last != null && last.info().key().equals(info.key())
                ? last.name()
                : hosts.nameOf(dsl, info.key()).orElse(info.name());
        Known now = new Known(name, info);
        known = now;
        reachable = true;
        why = "Docker Engine %s, API %s".formatted(info.version(), info.apiVersion());
        return now;
    }

    /** Notes in the database that the host answered, with what the operator should know; the holder of the lease does this. */
    Known record(Tenure tenure, Known seen, List<String> findings) {
        List<String> all = new ArrayList<>(seen.info().findings());
        all.addAll(findings);
        String name = tenure.write(tx -> hosts.seen(tx.dsl(), seen.info(), all, tx.now()));
        Known named = new Known(name, seen.info());
        known = named;
        return named;
    }

    /** Notes that it did not answer. */
    void lost(EngineException e) {
        if (e instanceof EngineException.Away || !reachable) {
            reachable = false;
            why = String.valueOf(e.getMessage());
        }
    }

    /** The host, once it has answered. */
    Optional<Known> known() {
        return Optional.ofNullable(known);
    }

    /** Whether it answered last time. */
    boolean reachable() {
        return reachable;
    }

    /** In words. */
    String why() {
        return why;
    }
}
