package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.content.ContentException;
import dev.berth.provisioner.content.ContentStore;
import dev.berth.provisioner.desired.Wish;
import dev.berth.provisioner.desired.WishRepository;
import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.ContainerSpec;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.EngineImage;
import dev.berth.provisioner.engine.ImagePolicy;
import dev.berth.provisioner.engine.Seen;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.Evidence;
import dev.berth.provisioner.lifecycle.FactTransaction;
import dev.berth.provisioner.lifecycle.Lifecycle;
import dev.berth.provisioner.lifecycle.Observation;
import dev.berth.provisioner.rollout.Indices;
import dev.berth.schema.Cause;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and starts containers whose image is there: create, start, look. A name is made once, so a reply that was lost is found again under
 * it. Only what the engine says cannot run is told as failed; where the outcome is unknown the next activation looks.
 */
final class Launcher {
    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    /** The codes of notes on containers that wait. */
    private static final String VOLUME = "volume_not_ready";

    private static final String NETWORK = "network_not_ready";

    private final Tenure tenure;
    private final ContainerEngine engine;
    private final WishRepository wishes;
    private final Specs specs;
    private final Mounts mounts;
    private final Links links;
    private final EngineHost host;
    private final String machines;
    private final ContentStore content;
    private final Lifecycle lifecycle;
    private final HostClock clock;
    private final Witness witness;
    private final LaunchFailures failures;

    private final EgressMeter egress;

    Launcher(
            Tenure tenure,
            ContainerEngine engine,
            Rooms rooms,
            EngineHost host,
            HostClock clock,
            Witness witness,
            String machines,
            EgressMeter egress) {
        this.tenure = tenure;
        this.engine = engine;
        this.wishes = rooms.wishes();
        this.specs = new Specs(rooms);
        this.mounts = new Mounts(tenure, rooms, host);
        this.links = new Links(tenure, engine, rooms, specs);
        this.host = host;
        this.machines = machines;
        this.content = rooms.content();
        this.lifecycle = rooms.lifecycle();
        this.clock = clock;
        this.witness = witness;
        this.failures = new LaunchFailures(tenure, rooms.lifecycle());
        this.egress = egress;
    }

    /** What is asked for a launch while its image is looked at; nothing where it must be asked in its turn. */
    record Ahead(@Nullable CompletableFuture<EgressMeter.Given> addresses) {}

    /**
     * What was found out of a launch that has only now begun: the engine cannot know of it yet.
     *
     * @param spec what it is made from
     * @param image the one that is pinned
     */
    record Ready(WorkloadDesired spec, EngineImage image, Ahead ahead) {}

    /** Begins to give a container its address, if that waits for nothing else. */
    Ahead lookAhead(Container container, WorkloadDesired spec) {
        boolean waits = container.life().imageId() != null || !Links.isOwn(spec.networks());
        return new Ahead(waits ? null : aside(() -> egress.give(container, List.of(Links.own(container)))));
    }

    private static <T> CompletableFuture<T> aside(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, Thread.ofVirtual().name("launch-", 0)::start);
    }

    /** Makes and starts it, or goes on from where an earlier activation broke off. */
    void launch(Container container, @Nullable Ready ready, Outcome outcome) {
        Seen seen =
                ready != null ? null : engine.inspect(container.engineName()).orElse(null);
        if (seen != null && !seen.is(container.id())) {
            fail(container, "name_taken", "something else on the host has its name");
            return;
        }
        if (container.overdue(clock.instant()) && (seen == null || seen.neverStarted())) {
            expire(container, seen, outcome);
            return;
        }
        if (seen == null && !create(container, ready, outcome)) {
            return;
        }
        if (seen == null || seen.neverStarted()) {
            if (!tenure.held()) {
                return;
            }
            if (seen != null && !seen.error().isEmpty()) {
                cannotStart(container, seen.error());
                return;
            }
            if (seen != null && !countsFromZero(container, egress.zero(container), outcome)) {
                return;
            }
            boolean joined = ready != null && Links.isOwn(ready.spec().networks());
            if (joined || join(container, outcome)) {
                start(container, outcome);
            }
            return;
        }
        observe(container, seen);
    }

    /** What it sends is its own from its start: its counters are at zero then, or it is not started. */
    private boolean countsFromZero(Container container, boolean zero, Outcome outcome) {
        return zero || awaitNetworks(container, "its counters do not begin at zero", outcome);
    }

    /** The deadline is over. It is removed first: only what never ran lets itself be removed so, and only that has failed. */
    private void expire(Container container, @Nullable Seen seen, Outcome outcome) {
        if (seen != null) {
            try {
                engine.remove(container.engineName());
            } catch (EngineException.Conflict e) {
                outcome.at(clock.instant().plus(AGAIN), new Subject.Run(container.id()));
                return;
            }
        }
        String code = container.note().code();
        if (waits(code)) {
            fail(container, String.valueOf(code), container.note().message() + "; it is tried again");
        } else {
            fail(container, "deadline_exceeded", "the host did not start it in time; it is tried again");
        }
    }

    /** Answers whether the container is there now and may be started. */
    private boolean create(Container container, @Nullable Ready ready, Outcome outcome) {
        Optional<WorkloadDesired> spec =
                ready != null ? Optional.of(ready.spec()) : tenure.read(dsl -> specs.of(dsl, container));
        if (spec.isEmpty()) {
            outcome.then(new Subject.Workload(container.workload()));
            return false;
        }
        Optional<EngineImage> image = imageOf(container, ready);
        if (image.isEmpty()) {
            fail(
                    container,
                    "image_not_found",
                    "the image went from the host while it was being launched; it is tried again");
            return false;
        }
        ContainerSpec.Start start = startOf(spec.get());
        if (start.machine() && !mayRunMachines()) {
            fail(
                    container,
                    "machine_refused",
                    "this host runs no machines, since their root would be root of the host: the operator switches userns-remap on"
                            + " in the engine, or sets BERTH_MACHINES=always");
            return false;
        }
        ContainerSpec.Home home = homeOf(container, spec.get(), ready, outcome);
        if (home == null) {
            return false;
        }
        List<ContainerSpec.Mount> given;
        String runsAs = ImagePolicy.userOf(image.get(), start);
        switch (mounts.take(container, spec.get().volumes(), runsAs)) {
            case Mounts.Given.Granted granted -> given = new ArrayList<>(granted.mounts());
            case Mounts.Given.Wait wait -> {
                await(container, new Container.Note(VOLUME, wait.why(), null), wait.detail(), outcome);
                return false;
            }
            case Mounts.Given.Refused refused -> {
                fail(container, "volume_gone", refused.why());
                return false;
            }
        }
        Map<String, String> env;
        try {
            env = environment(container, spec.get());
            content.lay(container.id(), spec.get())
                    .forEach(file ->
                            given.add(new ContainerSpec.Mount(file.source().toString(), file.target(), true)));
        } catch (ContentException e) {
            fail(container, "content_refused", String.valueOf(e.getMessage()));
            return false;
        }
        waitsNoMore(container);
        CompletableFuture<Boolean> zero = aside(() -> egress.zero(container));
        return make(container, specOf(container, spec.get(), image.get(), env, given, home), outcome)
                && countsFromZero(container, resultOf(zero), outcome);
    }

    private Optional<EngineImage> imageOf(Container container, @Nullable Ready ready) {
        String imageId = container.life().imageId();
        if (imageId == null) {
            return Optional.empty();
        }
        return ready != null && ready.image().id().equals(imageId) ? Optional.of(ready.image()) : engine.image(imageId);
    }

    private static <T> T resultOf(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw e;
            }
        }
    }

    /** Answers whether it is there now and never ran. */
    private boolean make(Container container, ContainerSpec spec, Outcome outcome) {
        try {
            engine.create(spec);
            return true;
        } catch (EngineException.Conflict e) {
            Seen there = engine.inspect(container.engineName()).orElse(null);
            if (there != null && there.is(container.id())) {
                if (there.neverStarted()) {
                    return true;
                }
                observe(container, there);
            } else if (there != null) {
                fail(container, "name_taken", "something else on the host has its name");
            } else {
                outcome.at(clock.instant().plus(AGAIN), new Subject.Run(container.id()));
            }
        } catch (EngineException.Missing e) {
            outcome.then(new Subject.Account(container.account()));
            outcome.then(new Subject.Networks(container.account()));
            outcome.at(clock.instant().plus(AGAIN), new Subject.Run(container.id()));
        } catch (EngineException.Refused e) {
            fail(container, "launch_refused", "the host refused it: " + LaunchFailures.brief(e));
        }
        return false;
    }

    /** The network that it is made in, and its address there; null when it has to wait for them. */
    private ContainerSpec.@Nullable Home homeOf(
            Container container, WorkloadDesired wish, @Nullable Ready ready, Outcome outcome) {
        ContainerSpec.Home home;
        switch (links.take(container, wish.networks())) {
            case Links.Given.Granted granted -> home = granted.home();
            case Links.Given.Wait wait -> {
                awaitNetworks(container, wait.why(), outcome);
                return null;
            }
        }
        return switch (addressesOf(container, wish, ready)) {
            case EgressMeter.Given.Addresses given -> home.at(given.byNetwork().get(home.network()));
            case EgressMeter.Given.Wait wait -> {
                awaitNetworks(container, wait.why(), outcome);
                outcome.then(new Subject.Account(container.account()));
                yield null;
            }
        };
    }

    private EgressMeter.Given addressesOf(Container container, WorkloadDesired wish, @Nullable Ready ready) {
        CompletableFuture<EgressMeter.Given> asked =
                ready == null ? null : ready.ahead().addresses();
        if (asked != null && resultOf(asked) instanceof EgressMeter.Given.Addresses given) {
            return given;
        }
        return egress.give(
                container, Links.isOwn(wish.networks()) ? List.of(Links.own(container)) : links.networks(container));
    }

    private Map<String, String> environment(Container container, WorkloadDesired wish) {
        Map<String, String> env = new TreeMap<>(wish.env());
        if (wish.kind() == WorkloadKind.JOB || wish.kind() == WorkloadKind.CRON) {
            env.putIfAbsent(
                    Indices.VARIABLE, Integer.toString(container.target().replica() - 1));
        }
        env.putAll(content.variables(wish));
        return env;
    }

    private static boolean waits(@Nullable String code) {
        return VOLUME.equals(code) || NETWORK.equals(code);
    }

    private void waitsNoMore(Container container) {
        if (waits(container.note().code())) {
            note(container, Container.Note.NONE, "it waits for nothing any more");
        }
    }

    private void await(Container container, Container.Note note, String detail, Outcome outcome) {
        note(container, note, detail);
        outcome.at(clock.instant().plus(AGAIN), new Subject.Run(container.id()));
    }

    /** Has its networks looked at, and answers that it may not go on. */
    private boolean awaitNetworks(Container container, String why, Outcome outcome) {
        await(container, new Container.Note(NETWORK, why, null), why, outcome);
        outcome.then(new Subject.Networks(container.account()));
        return false;
    }

    private static ContainerSpec specOf(
            Container container,
            WorkloadDesired wish,
            EngineImage image,
            Map<String, String> env,
            List<ContainerSpec.Mount> mounts,
            ContainerSpec.Home home) {
        return new ContainerSpec(
                container.id(),
                container.account(),
                container.workload(),
                container.name(),
                Links.aliases(container, wish),
                image,
                wish.command(),
                wish.args(),
                env,
                container.size(),
                wish.readOnlyRoot(),
                startOf(wish),
                mounts,
                home);
    }

    private static ContainerSpec.Start startOf(WorkloadDesired wish) {
        return new ContainerSpec.Start(
                wish.workingDir(),
                wish.user(),
                wish.stopSignal(),
                wish.kind() == WorkloadKind.MACHINE,
                Boolean.TRUE.equals(wish.stdin()),
                Boolean.TRUE.equals(wish.tty()));
    }

    private boolean mayRunMachines() {
        boolean remapped =
                host.known().map(known -> known.info().root().remapped()).orElse(false);
        return machines.equals("always") || (machines.equals("remapped") && remapped);
    }

    /** Puts it into its networks but the first; answers whether it may be started. */
    private boolean join(Container container, Outcome outcome) {
        try {
            boolean joined = links.join(container);
            if (joined) {
                waitsNoMore(container);
            } else {
                outcome.then(new Subject.Workload(container.workload()));
            }
            return joined;
        } catch (EngineException.Refused
                | EngineException.Failed
                | EngineException.Missing
                | EngineException.Conflict e) {
            outcome.then(new Subject.Account(container.account()));
            return awaitNetworks(container, "it could not join its networks: " + LaunchFailures.brief(e), outcome);
        }
    }

    Links links() {
        return links;
    }

    private void start(Container container, Outcome outcome) {
        String problem = null;
        boolean refused = false;
        try {
            engine.start(container.engineName());
        } catch (EngineException.Refused e) {
            problem = LaunchFailures.brief(e);
            refused = true;
        } catch (EngineException.Failed | EngineException.Missing | EngineException.Conflict e) {
            problem = LaunchFailures.brief(e);
        }
        Seen seen = engine.inspect(container.engineName()).orElse(null);
        if (seen != null && seen.startedAt() != null) {
            observe(container, seen);
        } else if (seen != null && problem != null && (refused || !seen.error().isEmpty())) {
            cannotStart(container, seen.error().isEmpty() ? problem : seen.error());
        } else {
            LOG.atDebug()
                    .addKeyValue("container", container.id())
                    .log("A start had no effect and is tried again: {}", problem);
            outcome.at(clock.instant().plus(AGAIN), new Subject.Run(container.id()));
            if (problem != null) {
                outcome.then(new Subject.Account(container.account()));
                outcome.then(new Subject.Networks(container.account()));
            }
        }
    }

    private void cannotStart(Container container, String error) {
        boolean mount = error.contains("mount"); // of what Berth gave it, which is not the image's fault
        if (!mount && (error.contains("executable file") || error.contains("no such file or directory"))) {
            fail(
                    container,
                    LaunchFailed.START_FAILED,
                    "its command was not found in the image: " + LaunchFailures.brief(error));
        } else if (!mount && error.contains("permission denied")) {
            fail(
                    container,
                    LaunchFailed.START_FAILED,
                    "its command may not be executed: " + LaunchFailures.brief(error));
        } else {
            fail(container, "launch_refused", "it could not be started: " + LaunchFailures.brief(error));
        }
    }

    private void observe(Container container, Seen seen) {
        Evidence evidence = witness.of(container.id());
        if (!(Observation.of(container, seen, evidence) instanceof Observation.Nothing)) {
            tenure.write(tx -> lifecycle.observe(tx, container.id(), seen, evidence));
        }
    }

    /** Writes down for what it waits, where everybody sees it who may see the container; nothing if that is said already. */
    private void note(Container container, Container.Note note, String detail) {
        if (!container.note().equals(note) && tenure.write(tx -> lifecycle.note(tx, container.id(), note))) {
            LOG.atInfo().addKeyValue("container", container.id()).log("A launch: {}", detail);
        }
    }

    private void fail(Container container, String code, String message) {
        failures.fail(container, code, message);
    }

    /** The generation that a refused size belongs to. */
    long generationOf(FactTransaction tx, Container container) {
        return wishes.find(tx.dsl(), container.workload())
                .map(Wish::generation)
                .orElse(container.target().generation());
    }

    /** The call that made the present wish. */
    Cause causeOf(FactTransaction tx, Container container) {
        return wishes.find(tx.dsl(), container.workload()).map(Wish::cause).orElse(container.cause());
    }

    /** When a launch is overdue, for the loop's timers. */
    static @Nullable Instant deadlineOf(Container container) {
        return container.deadlineAt();
    }
}
