package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.engine.EngineException;
import dev.berth.schema.wire.Lease;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the reconciler: on a signal at once, on a timer at least every five seconds. Each subject has one activation at a time,
 * in a virtual thread; how many of a kind act at once is bounded. A failed activation is not repeated: the next one, by signal
 * or by timer, goes on. Thread-safe.
 */
final class ReconcileLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReconcileLoop.class);
    private static final Duration TIMER = Duration.ofSeconds(5);
    private static final Duration PROBE = Duration.ofSeconds(1);
    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final Duration STALE = Duration.ofSeconds(60);

    /** How long the others have to take over from one that hangs. */
    private static final Duration ABSTAINS = Tenure.TERM.multipliedBy(2);

    private static final int PLANS_AT_ONCE = 4;
    private static final int ENGINE_CALLS_AT_ONCE = 8;
    private static final int PULLS_AT_ONCE = 3;
    private static final int VOLUMES_AT_ONCE = 4;
    private static final int CHECKS_AT_ONCE = 64;

    /** Of those that the engine let wait last time: however many hang, the others have their turn. */
    private static final int STRAGGLERS_AT_ONCE = 2;

    /** How the loop stands. */
    record Status(
            boolean acting,
            @Nullable Instant lastRunAt,
            @Nullable Duration lastRunTook,
            @Nullable String lastError) {}

    private final Reconciler reconciler;
    private final Tenure tenure;
    private final HostClock clock;
    private final MeterRegistry meters;
    private final Duration timer;
    private final Duration stale;
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("reconcile-timer").factory());
    private final Map<Subject, Boolean> running = new ConcurrentHashMap<>();
    private final Map<Subject, Appointment> appointments = new ConcurrentHashMap<>();
    private final Semaphore plans = new Semaphore(PLANS_AT_ONCE);
    private final Semaphore engineCalls = new Semaphore(ENGINE_CALLS_AT_ONCE);
    private final Semaphore pulls = new Semaphore(PULLS_AT_ONCE);
    private final Semaphore volumes = new Semaphore(VOLUMES_AT_ONCE);
    private final Semaphore checks = new Semaphore(CHECKS_AT_ONCE);
    private final Semaphore stragglers = new Semaphore(STRAGGLERS_AT_ONCE);
    private final Set<Subject> slow = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private volatile boolean acted;
    private volatile long passedNanos;
    private volatile long abstainsUntil = System.nanoTime();
    private volatile Status status = new Status(false, null, null, null);

    private record Appointment(Instant at, ScheduledFuture<?> timer) {}

    ReconcileLoop(
            Reconciler reconciler, Tenure tenure, HostClock clock, MeterRegistry meters, Duration inventoryInterval) {
        this(reconciler, tenure, clock, meters, inventoryInterval, STALE);
    }

    /** One that gives the lease back when no pass came to its end for so long. */
    ReconcileLoop(
            Reconciler reconciler,
            Tenure tenure,
            HostClock clock,
            MeterRegistry meters,
            Duration inventoryInterval,
            Duration stale) {
        this.stale = stale;
        this.reconciler = reconciler;
        this.tenure = tenure;
        this.clock = clock;
        this.meters = meters;
        this.timer = inventoryInterval.compareTo(TIMER) < 0 ? inventoryInterval : TIMER;
        meters.gauge("berth.provisioner.reconcile.running", running, Map::size);
        meters.gauge("berth.provisioner.reconcile.age.seconds", this, ReconcileLoop::ageSeconds);
    }

    /** Begins; returns at once. */
    void start() {
        long third = Tenure.TERM.toMillis() / 3;
        ScheduledFuture<?> unusedRenewal = timers.scheduleWithFixedDelay(
                () -> Thread.startVirtualThread(this::renew), 0, third, TimeUnit.MILLISECONDS);
        ScheduledFuture<?> unusedPass = timers.scheduleWithFixedDelay(
                () -> signal(new Subject.Everything()), timer.toMillis(), timer.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void renew() {
        try {
            if (acted && System.nanoTime() - passedNanos > stale.toNanos()) {
                LOG.atError().log("No pass came to its end for {} s: the lease is given back", stale.toSeconds());
                abstainsUntil = System.nanoTime() + ABSTAINS.toNanos();
                acted = false;
                tenure.release();
            }
            boolean acts = !closed && System.nanoTime() - abstainsUntil >= 0 && tenure.renew();
            if (acts && !acted) {
                LOG.info("This replica reconciles");
                passedNanos = System.nanoTime();
                signal(new Subject.Everything());
            } else if (!acts && acted) {
                LOG.info("Another replica reconciles");
            }
            acted = acts;
        } catch (DataAccessException e) {
            LOG.atWarn().log("The lease could not be renewed: {}", e.getMessage());
        }
    }

    /** Has a subject looked at as soon as can be; cheap. */
    void signal(Subject subject) {
        if (closed || !tenure.held()) {
            return;
        }
        if (running.merge(subject, false, (old, none) -> true)) {
            return;
        }
        Thread.ofVirtual().name("reconcile-", 0).start(() -> work(subject));
    }

    /** Activates a subject, again while it was signalled meanwhile. */
    private void work(Subject subject) {
        boolean again = true;
        while (again) {
            Semaphore gate = gateOf(subject);
            try {
                if (gate != null) {
                    gate.acquire();
                }
                try {
                    activate(subject);
                } finally {
                    if (gate != null) {
                        gate.release();
                    }
                }
            } catch (InterruptedException e) {
                running.remove(subject);
                Thread.currentThread().interrupt();
                return;
            }
            again = running.compute(subject, (key, dirty) -> (Boolean.TRUE.equals(dirty) && !closed) ? false : null)
                    != null;
        }
    }

    private @Nullable Semaphore gateOf(Subject subject) {
        return switch (subject) {
            case Subject.Workload workload -> plans;
            case Subject.Run run -> slow.contains(subject) ? stragglers : engineCalls;
            case Subject.Account account -> engineCalls;
            case Subject.Networks networks -> engineCalls;
            case Subject.Volume volume -> volumes;
            case Subject.Pull pull -> pulls;
            case Subject.Check check -> checks;
            case Subject.Disk disk -> null;
            case Subject.Everything everything -> null;
        };
    }

    private void activate(Subject subject) {
        if (!tenure.held()) {
            return;
        }
        long begun = System.nanoTime();
        String problem = null;
        try {
            Outcome outcome = reconciler.activate(subject);
            slow.remove(subject);
            outcome.next().forEach(this::signal);
            outcome.later().forEach((next, at) -> appoint(next, at));
        } catch (EngineException e) {
            problem = String.valueOf(e.getMessage());
            if (e instanceof EngineException.Away && subject instanceof Subject.Run) {
                slow.add(subject);
            }
            LOG.atWarn().addKeyValue("subject", subject).log("The engine failed: {}", problem);
            appoint(
                    e instanceof EngineException.Away ? new Subject.Everything() : subject,
                    clock.instant().plus(PROBE));
        } catch (Lease.Fenced e) {
            problem = String.valueOf(e.getMessage());
            LOG.atInfo().log("Another replica took over: {}", problem);
        } catch (RuntimeException | Error e) {
            // An error too: were it to end this thread, the subject would count as running for ever and never be looked
            // at again.
            problem = String.valueOf(e);
            LOG.atError().addKeyValue("subject", subject).setCause(e).log("An activation failed");
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        Timer.builder("berth.provisioner.reconcile")
                .tag("subject", subject.getClass().getSimpleName())
                .tag("outcome", problem == null ? "ok" : "failed")
                .register(meters)
                .record(took);
        if (subject instanceof Subject.Everything) {
            status = new Status(tenure.held(), clock.instant(), took, problem);
            passedNanos = System.nanoTime();
        }
    }

    /** Has a subject looked at again at a time, unless it will be earlier anyway. */
    private void appoint(Subject subject, Instant at) {
        if (closed) {
            return;
        }
        appointments.compute(subject, (key, known) -> {
            if (known != null && !known.timer().isDone() && !at.isBefore(known.at())) {
                return known;
            }
            if (known != null) {
                known.timer().cancel(false);
            }
            long delay = Math.max(1, Duration.between(clock.instant(), at).toMillis());
            return new Appointment(
                    at,
                    timers.schedule(
                            () -> {
                                appointments.remove(key);
                                signal(key);
                            },
                            delay,
                            TimeUnit.MILLISECONDS));
        });
    }

    /** How it stands. */
    Status status() {
        Status last = status;
        return new Status(tenure.held(), last.lastRunAt(), last.lastRunTook(), last.lastError());
    }

    private double ageSeconds() {
        Instant last = status.lastRunAt();
        return last == null
                ? Double.NaN
                : Duration.between(last, clock.instant()).toMillis() / 1000.0;
    }

    /** Ends after the activations in hand, and gives the lease back. */
    @Override
    public void close() {
        closed = true;
        timers.shutdownNow();
        long end = System.nanoTime() + CLOSING.toNanos();
        while (!running.isEmpty() && System.nanoTime() < end) {
            java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        try {
            tenure.release();
        } catch (DataAccessException e) {
            LOG.atInfo().log("The lease was not given back: {}", e.getMessage());
        }
    }
}
