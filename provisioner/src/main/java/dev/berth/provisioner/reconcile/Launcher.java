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
import dev.berth.provisioner.engine.ImageProperties;
import dev.berth.provisioner.engine.ImageReference;
import dev.berth.provisioner.engine.Seen;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.lifecycle.Evidence;
import dev.berth.provisioner.lifecycle.FactTransaction;
import dev.berth.provisioner.lifecycle.Lifecycle;
import dev.berth.provisioner.lifecycle.Observation;
import dev.berth.provisioner.tenant.TenantRepository;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and starts containers: image, create, start, look. A name is made once, so a reply that was lost is found again under
 * it. Only what the engine says cannot run is told as failed; where the outcome is unknown the next activation looks.
 */
final class Launcher {
    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int MOST_CHARS = 500;
    private static final int MOST_WAITS = 1000;

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
    private final TenantRepository tenants;
    private final ImageProperties images;
    private final Set<AccountId> fetching = ConcurrentHashMap.newKeySet();

    /** For which volume or network a container waits. */
    private final Map<ContainerId, Waiting> waits = new ConcurrentHashMap<>();

    private final Duration pullTimeout;

    /** The code of the failure that it is when it lasts, and why it waits, for people. */
    private record Waiting(String code, String why) {}

    Launcher(
            Tenure tenure,
            ContainerEngine engine,
            Rooms rooms,
            EngineHost host,
            HostClock clock,
            Witness witness,
            ReconcileSettings settings) {
        this.tenure = tenure;
        this.engine = engine;
        this.wishes = rooms.wishes();
        this.specs = new Specs(rooms);
        this.mounts = new Mounts(tenure, rooms, host);
        this.links = new Links(tenure, engine, rooms, specs);
        this.host = host;
        this.machines = settings.machines();
        this.content = rooms.content();
        this.lifecycle = rooms.lifecycle();
        this.clock = clock;
        this.witness = witness;
        this.tenants = rooms.tenants();
        this.images = settings.images();
        this.pullTimeout = settings.pullTimeout();
    }

    /** Pins the image, or sees to it that it is fetched. */
    void prepare(Container container, Outcome outcome) {
        if (container.overdue(clock.instant())) {
            fail(container, "deadline_exceeded", "it was not begun in time; it is tried again");
            return;
        }
        Optional<ImageReference> reference = ImageReference.parse(container.image());
        if (reference.isEmpty()) {
            fail(container, "image_invalid", "'%s' is not the name of an image".formatted(container.image()));
            return;
        }
        Optional<EngineImage> image = usable(container, reference.get());
        if (image.isPresent()) {
            Optional<String> refusal = ImagePolicy.refusal(image.get());
            if (refusal.isPresent()) {
                fail(container, "image_refused", refusal.get());
            } else {
                tenure.write(tx -> {
                    tenants.used(tx.dsl(), container.account(), image.get().id(), tx.now());
                    return lifecycle.starting(tx, container.id(), image.get().id());
                });
            }
            return;
        }
        if (container.state() == ContainerState.PENDING) {
            tenure.write(tx -> lifecycle.pulling(tx, container.id()));
        }
        outcome.then(new Subject.Pull(container.id()));
    }

    /**
     * The local image of that name, if this account may have it. That it is on the host says nothing: it may be another
     * account's, who has a password to its registry. So either it is everybody's, or the registry gave it to this account.
     */
    private Optional<EngineImage> usable(Container container, ImageReference reference) {
        return engine.image(reference.toString())
                .filter(image -> images.forEverybody(reference)
                        || tenure.read(dsl -> tenants.hasPulled(dsl, container.account(), image.id())));
    }

    /**
     * Fetches the image of a container that waits for it; takes as long as it takes, within its limit. One at a time of an
     * account, so that nobody's slow registry keeps everybody waiting.
     */
    Outcome pull(Container container) {
        Outcome outcome = new Outcome();
        ImageReference reference = ImageReference.parse(container.image()).orElse(null);
        if (container.state() != ContainerState.PULLING || reference == null) {
            return outcome;
        }
        if (!fetching.add(container.account())) {
            return outcome.at(clock.instant().plus(AGAIN), new Subject.Pull(container.id()));
        }
        try {
            return pull(container, reference, outcome);
        } finally {
            fetching.remove(container.account());
        }
    }

    private Outcome pull(Container container, ImageReference reference, Outcome outcome) {
        if (!tenure.write(tx -> lifecycle.fetching(tx, container.id()))) {
            return outcome;
        }
        if (usable(container, reference).isEmpty()) {
            try {
                engine.pull(reference.toString(), pullTimeout);
                engine.image(reference.toString())
                        .ifPresent(image -> tenure.write(tx -> {
                            tenants.pulled(tx.dsl(), container.account(), image.id(), tx.now());
                            return true;
                        }));
            } catch (EngineException.Refused e) {
                fail(container, "image_refused", brief(e));
                return outcome.then(new Subject.Workload(container.workload()));
            } catch (EngineException.Missing e) {
                fail(
                        container,
                        "image_not_found",
                        ("the image '%s' was not found: %s. Check its name and tag; one in a private"
                                        + " registry can be used only where the operator offers it to everybody")
                                .formatted(container.image(), brief(e)));
                return outcome.then(new Subject.Workload(container.workload()));
            } catch (EngineException.Failed | EngineException.Conflict e) {
                fail(
                        container,
                        "image_not_found",
                        ("the image '%s' could not be fetched: %s. It is tried again; where no registry can be"
                                        + " reached, the operator offers images of the host in BERTH_LOCAL_IMAGES")
                                .formatted(container.image(), brief(e)));
                return outcome.then(new Subject.Workload(container.workload()));
            }
        }
        return outcome.then(new Subject.Run(container.id()));
    }

    /** Makes and starts it, or goes on from where an earlier activation broke off. */
    void launch(Container container, boolean fresh, Outcome outcome) {
        Seen seen = fresh ? null : engine.inspect(container.engineName()).orElse(null);
        if (seen != null && !seen.is(container.id())) {
            fail(container, "name_taken", "something else on the host has its name");
            return;
        }
        if (container.overdue(clock.instant()) && (seen == null || seen.neverStarted())) {
            expire(container, seen, outcome);
            return;
        }
        if (seen == null && !create(container, outcome)) {
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
            start(container, outcome);
            return;
        }
        observe(container, seen);
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
        Waiting waiting = waits.get(container.id());
        if (waiting != null) {
            fail(container, waiting.code(), waiting.why() + "; it is tried again");
        } else {
            fail(container, "deadline_exceeded", "the host did not start it in time; it is tried again");
        }
    }

    /** Answers whether the container is there now and may be started. */
    private boolean create(Container container, Outcome outcome) {
        Optional<WorkloadDesired> spec = tenure.read(dsl -> specs.of(dsl, container));
        if (spec.isEmpty()) {
            outcome.then(new Subject.Workload(container.workload()));
            return false;
        }
        String imageId = container.life().imageId();
        Optional<EngineImage> image = imageId == null ? Optional.empty() : engine.image(imageId);
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
        ContainerSpec.Home home;
        switch (links.take(container, spec.get().networks())) {
            case Links.Given.Granted granted -> home = granted.home();
            case Links.Given.Wait wait -> {
                return awaitNetworks(container, wait.why(), outcome);
            }
        }
        List<ContainerSpec.Mount> given;
        String runsAs = ImagePolicy.userOf(image.get(), start);
        switch (mounts.take(container, spec.get().volumes(), runsAs)) {
            case Mounts.Given.Granted granted -> given = new ArrayList<>(granted.mounts());
            case Mounts.Given.Wait wait -> {
                await(container, "volume_not_ready", wait.why(), outcome);
                return false;
            }
            case Mounts.Given.Refused refused -> {
                fail(container, "volume_gone", refused.why());
                return false;
            }
        }
        Map<String, String> env = new TreeMap<>(spec.get().env());
        try {
            env.putAll(content.variables(spec.get()));
            content.lay(container.id(), spec.get())
                    .forEach(file ->
                            given.add(new ContainerSpec.Mount(file.source().toString(), file.target(), true)));
        } catch (ContentException e) {
            fail(container, "content_refused", String.valueOf(e.getMessage()));
            return false;
        }
        try {
            waits.remove(container.id());
            engine.create(specOf(container, spec.get(), image.get(), env, given, home));
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
            fail(container, "launch_refused", "the host refused it: " + brief(e));
        }
        return false;
    }

    private void await(Container container, String code, String why, Outcome outcome) {
        if (waits.size() >= MOST_WAITS) {
            waits.clear(); // of those that were withdrawn meanwhile; the others come again
        }
        waits.put(container.id(), new Waiting(code, why));
        outcome.at(clock.instant().plus(AGAIN), new Subject.Run(container.id()));
    }

    /** Has its networks looked at, and answers that it may not go on. */
    private boolean awaitNetworks(Container container, String why, Outcome outcome) {
        await(container, "network_not_ready", why, outcome);
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
                wish.workingDir(), wish.user(), wish.stopSignal(), wish.kind() == WorkloadKind.MACHINE);
    }

    private boolean mayRunMachines() {
        boolean remapped = host.known().map(known -> known.info().rootUid() > 0).orElse(false);
        return machines.equals("always") || (machines.equals("remapped") && remapped);
    }

    /** Puts it into its networks but the first; answers whether it may be started. */
    private boolean join(Container container, Outcome outcome) {
        try {
            boolean joined = links.join(container);
            if (!joined) {
                outcome.then(new Subject.Workload(container.workload()));
            }
            return joined;
        } catch (EngineException.Refused
                | EngineException.Failed
                | EngineException.Missing
                | EngineException.Conflict e) {
            outcome.then(new Subject.Account(container.account()));
            return awaitNetworks(container, "it could not join its networks: " + brief(e), outcome);
        }
    }

    Links links() {
        return links;
    }

    private void start(Container container, Outcome outcome) {
        if (!join(container, outcome)) {
            return;
        }
        String problem = null;
        try {
            engine.start(container.engineName());
        } catch (EngineException.Refused
                | EngineException.Failed
                | EngineException.Missing
                | EngineException.Conflict e) {
            problem = brief(e);
        }
        Seen seen = engine.inspect(container.engineName()).orElse(null);
        if (seen != null && seen.startedAt() != null) {
            observe(container, seen);
        } else if (seen != null && problem != null && !seen.error().isEmpty()) {
            cannotStart(container, seen.error());
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
        if (!mount && (error.contains("executable file not found") || error.contains("no such file or directory"))) {
            fail(container, LaunchFailed.START_FAILED, "its command was not found in the image: " + brief(error));
        } else if (!mount && error.contains("permission denied")) {
            fail(container, LaunchFailed.START_FAILED, "its command may not be executed: " + brief(error));
        } else {
            fail(container, "launch_refused", "it could not be started: " + brief(error));
        }
    }

    private void observe(Container container, Seen seen) {
        Evidence evidence = witness.of(container.id());
        if (!(Observation.of(container, seen, evidence) instanceof Observation.Nothing)) {
            tenure.write(tx -> lifecycle.observe(tx, container.id(), seen, evidence));
        }
    }

    private void fail(Container container, String code, String message) {
        waits.remove(container.id());
        if (tenure.write(tx -> lifecycle.fail(tx, container.id(), code, message))) {
            LOG.atInfo()
                    .addKeyValue("container", container.id())
                    .addKeyValue("workload", container.workload())
                    .addKeyValue("code", code)
                    .log("A launch failed: {}", message);
        }
    }

    /** The generation that a refused size belongs to. */
    long generationOf(FactTransaction tx, Container container) {
        return wishes.find(tx.dsl(), container.workload())
                .map(Wish::generation)
                .orElse(container.target().generation());
    }

    /** When a launch is overdue, for the loop's timers. */
    static @Nullable Instant deadlineOf(Container container) {
        return container.deadlineAt();
    }

    private static String brief(EngineException e) {
        return brief(String.valueOf(e.getMessage()));
    }

    /** The engine's words without what only an operator understands, for a customer to read. */
    private static String brief(String message) {
        String clean = message.replaceAll("\\p{Cntrl}+", " ");
        clean = clean.replace("failed to create shim task: ", "")
                .replace("OCI runtime create failed: ", "")
                .replace("runc create failed: ", "")
                .replace("unable to start container process: ", "")
                .replace("Error response from daemon: ", "");
        return clean.length() > MOST_CHARS ? clean.substring(0, MOST_CHARS) + "…" : clean;
    }
}
