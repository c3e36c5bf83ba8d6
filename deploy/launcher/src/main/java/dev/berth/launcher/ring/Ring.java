package dev.berth.launcher.ring;

import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.data.LauncherLock;
import dev.berth.launcher.data.ProcessIdentity;
import dev.berth.launcher.data.RunState;
import dev.berth.launcher.data.StateFile;
import dev.berth.launcher.machine.VolumeDisk;
import dev.berth.launcher.part.BrokerPart;
import dev.berth.launcher.part.JavaProgram;
import dev.berth.launcher.part.Part;
import dev.berth.launcher.part.PostgresPart;
import dev.berth.launcher.part.Programs;
import dev.berth.launcher.part.ServicePart;
import dev.berth.launcher.part.StripeDoublePart;
import dev.berth.schema.Service;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One running Berth: PostgreSQL, Kafka and the four services as processes of their own, supervised. PostgreSQL and Kafka start side by
 * side; the services start as soon as PostgreSQL answers. Stopping goes the other way round. Safe for use by several threads.
 */
public final class Ring implements AutoCloseable {
    private static final long LOG_BYTES = 20L * 1024 * 1024;
    private static final Duration LOG_CHECK = Duration.ofSeconds(10);

    private final RingSettings settings;
    private final Progress progress;
    private final LauncherLock lock;
    private final StateFile stateFile;
    private final List<Supervised> parts = new ArrayList<>();

    private RunState.Phase phase = RunState.Phase.STARTING;
    private @Nullable String failure;
    private boolean closed;

    private Ring(RingSettings settings, Progress progress, LauncherLock lock) {
        this.settings = settings;
        this.progress = progress;
        this.lock = lock;
        this.stateFile = new StateFile(settings.data());
    }

    /**
     * Starts everything and returns when it is ready.
     *
     * @throws LaunchException saying why not and what to do; nothing is left running then
     */
    public static Ring start(RingSettings settings, Progress progress) {
        Ring ring = open(settings, progress);
        ring.begin();
        ring.announceReady();
        return ring;
    }

    /** Takes the data directory; nothing runs yet. {@link #close} is due from here on. */
    public static Ring open(RingSettings settings, Progress progress) {
        DataDirectory data = settings.data().create();
        LauncherLock lock = LauncherLock.take(data)
                .orElseThrow(() -> new LaunchException(
                        "Another launcher runs on %s.".formatted(data.root()),
                        "./berth status shows it, ./berth down stops it."));
        return new Ring(settings, progress, lock);
    }

    /**
     * Starts everything and returns when all of it answers.
     *
     * @throws LaunchException saying why not and what to do; nothing is left running then
     */
    public void begin() {
        begin(() -> Programs.of(settings.checkout(), settings.data()), false);
    }

    /** The same with given programs; in a training run they record their start-up caches, and write them as they end. */
    void begin(Supplier<Programs> programs, boolean training) {
        try {
            run(programs, training);
        } catch (RuntimeException e) {
            fail(e);
            throw e;
        }
    }

    /** Writes down that it is ready, for those who wait for that. */
    public void announceReady() {
        enter(RunState.Phase.READY);
    }

    private void run(Supplier<Programs> source, boolean training) {
        stateFile.read().ifPresent(former -> LeftOvers.stop(former, progress));
        StartChecks.check(settings);
        Programs programs = source.get();
        Optional<Supervised> postgres = Optional.empty();
        if (settings.externalDatabase().isEmpty()) {
            postgres = Optional.of(
                    add(new PostgresPart(settings.data(), settings.ports().postgres())));
        }
        List<Supervised> early = new ArrayList<>();
        if (settings.externalKafka().isEmpty()) {
            early.add(add(new BrokerPart(
                    settings.data(), settings.ports(), prepared(programs.broker(settings.data()), training))));
        }
        if (settings.stripeDouble()) {
            early.add(add(new StripeDoublePart(
                    settings.data(),
                    settings.ports().stripeDouble(),
                    programs.stripeDouble(),
                    url() + "/webhooks/stripe")));
        }
        Optional<Path> volumes = training ? Optional.empty() : volumes();
        List<Supervised> services = new ArrayList<>();
        for (Service service : Service.values()) {
            services.add(add(new ServicePart(
                    settings.data(),
                    service,
                    settings.ports().of(service),
                    prepared(programs.service(service), training),
                    ServiceEnvironment.of(service, settings, databaseUrl(), kafkaServers(), volumes))));
        }
        writeState();
        startInOrder(postgres, early, services);
        Thread.ofVirtual().name("logs").start(this::rotateLogs);
    }

    /** The folder of volumes, unless the operator names one. */
    private Optional<Path> volumes() {
        return settings.setting("BERTH_VOLUME_DIR").isPresent()
                ? Optional.empty()
                : VolumeDisk.ensure(
                        settings.data().root(), settings.volumeDiskGib(), what -> progress.say("volumes", what));
    }

    private JavaProgram prepared(JavaProgram program, boolean training) {
        if (training) {
            return program.recording();
        }
        return settings.usesCaches() ? program : program.withoutCache();
    }

    private Supervised add(Part part) {
        Supervised supervised = new Supervised(part, progress, this::writeState);
        parts.add(supervised);
        return supervised;
    }

    private String databaseUrl() {
        return settings.externalDatabase()
                .orElseGet(
                        () -> new PostgresPart(settings.data(), settings.ports().postgres()).jdbcUrl());
    }

    private String kafkaServers() {
        return settings.externalKafka().orElse("127.0.0.1:" + settings.ports().kafka());
    }

    private void startInOrder(Optional<Supervised> postgres, List<Supervised> early, List<Supervised> services) {
        CompletableFuture<Boolean> databaseReady = new CompletableFuture<>();
        BlockingQueue<Optional<RuntimeException>> outcomes = new LinkedBlockingQueue<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            early.forEach(part -> threads.execute(() -> outcomes.add(problem(part::startAndWait))));
            threads.execute(() -> {
                Optional<RuntimeException> problem = problem(() -> postgres.ifPresent(Supervised::startAndWait));
                databaseReady.complete(problem.isEmpty());
                outcomes.add(problem);
            });
            for (Supervised service : services) {
                threads.execute(() -> {
                    if (databaseReady.join()) {
                        outcomes.add(problem(service::startAndWait));
                    }
                });
            }
            awaitAll(outcomes, 1 + early.size() + services.size());
        }
    }

    private static Optional<RuntimeException> problem(Runnable step) {
        try {
            step.run();
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(e);
        }
    }

    /** Waits for all; on the first failure ends the parts, so that the others fail too instead of waiting. */
    private void awaitAll(BlockingQueue<Optional<RuntimeException>> outcomes, int count) {
        for (int i = 0; i < count; i++) {
            try {
                Optional<RuntimeException> problem = outcomes.take();
                if (problem.isPresent()) {
                    stopParts();
                    throw problem.get();
                }
            } catch (InterruptedException e) {
                stopParts();
                Thread.currentThread().interrupt();
                throw new LaunchException("The start was interrupted.", "Start again with ./berth up.", e);
            }
        }
    }

    private void fail(RuntimeException problem) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            failure = String.valueOf(problem.getMessage());
        }
        stopParts();
        enter(RunState.Phase.FAILED);
        lock.close();
    }

    private void rotateLogs() {
        try {
            while (!isClosed()) {
                parts.forEach(part -> part.part().log().rotateAbove(LOG_BYTES));
                TimeUnit.SECONDS.sleep(LOG_CHECK.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it was stopped, or failed to start. */
    public synchronized boolean isClosed() {
        return closed;
    }

    private synchronized void enter(RunState.Phase next) {
        phase = next;
        writeState();
    }

    private synchronized void writeState() {
        stateFile.write(new RunState(
                ProcessIdentity.self(),
                phase,
                failure,
                settings.bind(),
                settings.ports().gateway(),
                parts.stream().map(Supervised::state).toList()));
    }

    /** Where customers come in. */
    public String url() {
        String host = settings.bind().equals("0.0.0.0") || settings.bind().equals("::") ? "127.0.0.1" : settings.bind();
        return "http://%s:%d".formatted(host, settings.ports().gateway());
    }

    /** How it runs. */
    public RingSettings settings() {
        return settings;
    }

    /** The process of a part now, such as {@code metering} or {@code kafka}; a test may kill it and see it come back. */
    public Optional<ProcessIdentity> process(String part) {
        return parts.stream()
                .filter(supervised -> supervised.part().name().equals(part))
                .findFirst()
                .map(Supervised::process);
    }

    /** Whether a part answers as it should. */
    public boolean ready(String part) {
        return parts.stream()
                .filter(supervised -> supervised.part().name().equals(part))
                .anyMatch(supervised -> supervised.part().ready());
    }

    /** Stops everything in order: services, Kafka, PostgreSQL. Tenants' containers go on. Safe to call twice. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        enter(RunState.Phase.STOPPING);
        stopParts();
        enter(RunState.Phase.STOPPED);
        lock.close();
    }

    private void stopParts() {
        parts.forEach(Supervised::expectEnd);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Supervised part : parts) {
                if (part.part() instanceof ServicePart) {
                    threads.execute(part::stop);
                }
            }
        }
        for (Supervised part : parts.reversed()) {
            if (!(part.part() instanceof ServicePart)) {
                part.stop();
            }
        }
    }
}
