package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.EngineInfo;
import dev.berth.provisioner.lifecycle.Evidence;
import dev.berth.provisioner.placement.HostRepository;
import java.time.Duration;
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

    /** From when on it is away and not only slow. */
    private static final Duration ABSENCE = Duration.ofSeconds(3);

    private final ContainerEngine engine;
    private final HostRepository hosts;
    private final DSLContext dsl;
    private final HostClock clock;
    private volatile @Nullable Known known;
    private volatile boolean reachable;
    private volatile @Nullable Instant lostAt;
    private volatile Evidence.@Nullable Outage outage;
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
        Known now = last != null && last.info().key().equals(info.key())
                ? new Known(last.name(), info)
                : new Known(hosts.nameFor(dsl, info), info);
        noteOutage(last, now);
        known = now;
        reachable = true;
        why = "Docker Engine %s, API %s".formatted(info.version(), info.apiVersion());
        return now;
    }

    /**
     * Whether the engine comes back from having been away. While this process itself was away only a start of the host tells, since
     * an engine that nobody asked may have worked all the time. One late answer is not yet an absence.
     */
    private void noteOutage(@Nullable Known last, Known now) {
        Instant answered = last != null && last.name().equals(now.name())
                ? last.info().hostTime()
                : hosts.lastInventory(dsl, now.name()).orElse(null);
        if (answered == null) {
            return;
        }
        Instant booted = now.info().bootedAt();
        boolean anew = booted != null && booted.isAfter(answered);
        Instant lost = lostAt;
        boolean away =
                !reachable && last != null && lost != null && !clock.ours().isBefore(lost.plus(ABSENCE));
        if (anew || away) {
            outage = new Evidence.Outage(answered, now.info().hostTime(), anew ? booted : null);
        }
    }

    /** The latest time in which it was away; null when none is known. */
    Evidence.@Nullable Outage outage() {
        return outage;
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
            if (reachable) {
                lostAt = clock.ours();
            }
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
