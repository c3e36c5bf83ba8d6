package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.content.ContentException;
import dev.berth.provisioner.content.ContentStore;
import dev.berth.provisioner.desired.Wish;
import dev.berth.provisioner.desired.WishRepository;
import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.EngineImage;
import dev.berth.provisioner.engine.ImagePolicy;
import dev.berth.provisioner.engine.ImageProperties;
import dev.berth.provisioner.engine.ImageReference;
import dev.berth.provisioner.engine.PullOrder;
import dev.berth.provisioner.engine.Pulled;
import dev.berth.provisioner.engine.RegistryAuth;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.lifecycle.FactTransaction;
import dev.berth.provisioner.lifecycle.Lifecycle;
import dev.berth.provisioner.rollout.ImagePin;
import dev.berth.provisioner.rollout.ImagePinRepository;
import dev.berth.provisioner.rollout.OldFirst;
import dev.berth.provisioner.tenant.ImageNameRepository;
import dev.berth.provisioner.tenant.TenantRepository;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.workload.PullPolicy;
import dev.berth.schema.workload.RegistryLogin;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the images of containers, or fetches them.
 *
 * <p>Goals: all containers of one revision and run are made from the same image; what runs needs no registry to go on; an account has
 * only what is everybody's on the host, or what a registry gave to it. Algorithm: the first container of a revision and run asks what the
 * image's name means, as its pull policy says, and pins that; the others, those after a crash and those after a way back take what is
 * pinned, and fetch it by its digest if it went from the host. Under {@link PullPolicy#ALWAYS} a registry that does not answer fails the
 * launch, which is tried again: what was asked for is not known. What a registry gave to an account stays the account's when
 * its password for that registry is taken away; only asking again fails then.
 */
final class ImageFetcher {
    private static final Logger LOG = LoggerFactory.getLogger(ImageFetcher.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    /** While it is held nobody works for its owner. */
    private static final Duration HELD_AGAIN = Duration.ofMillis(200);

    private static final Duration TOLD_EACH = Duration.ofSeconds(2);

    private final Tenure tenure;
    private final ContainerEngine engine;
    private final WishRepository wishes;
    private final ContainerRepository containers;
    private final TenantRepository tenants;
    private final ImageNameRepository names;
    private final ImagePinRepository pins;
    private final Specs specs;
    private final ContentStore content;
    private final Lifecycle lifecycle;
    private final LaunchFailures failures;
    private final HostClock clock;
    private final ImageProperties images;
    private final Duration pullTimeout;
    private final Set<AccountId> fetching = ConcurrentHashMap.newKeySet();

    ImageFetcher(
            Tenure tenure,
            ContainerEngine engine,
            Rooms rooms,
            LaunchFailures failures,
            HostClock clock,
            ReconcileSettings settings) {
        this.tenure = tenure;
        this.engine = engine;
        this.wishes = rooms.wishes();
        this.containers = rooms.containers();
        this.tenants = rooms.tenants();
        this.names = rooms.imageNames();
        this.pins = rooms.pins();
        this.specs = new Specs(rooms);
        this.content = rooms.content();
        this.lifecycle = rooms.lifecycle();
        this.failures = failures;
        this.clock = clock;
        this.images = settings.images();
        this.pullTimeout = settings.pullTimeout();
    }

    /**
     * An image that a container may be made from.
     *
     * @param digest by which a registry gave it; null for one of the host
     * @param instead see {@link ImagePinRepository#keep}
     */
    private record Found(
            EngineImage image,
            @Nullable String digest,
            @Nullable String instead) {}

    /** Pins the image, or sees to it that it is fetched; answers the image that was pinned now, for a launch that goes on at once. */
    Optional<EngineImage> prepare(Container container, WorkloadDesired spec, Outcome outcome) {
        if (container.overdue(clock.instant())) {
            failures.fail(container, "deadline_exceeded", "it was not begun in time; it is tried again");
            return Optional.empty();
        }
        Optional<ImageReference> reference = ImageReference.parse(container.image());
        if (reference.isEmpty()) {
            failures.fail(container, "image_invalid", "'%s' is not the name of an image".formatted(container.image()));
            return Optional.empty();
        }
        if (container.life().imageId() != null && isHeld(container, spec)) {
            outcome.at(clock.instant().plus(HELD_AGAIN), new Subject.Run(container.id()));
            return Optional.empty();
        }
        Optional<Found> found = find(container, spec, reference.get());
        if (found.isPresent()) {
            Optional<String> refusal = ImagePolicy.refusal(found.get().image());
            if (refusal.isPresent()) {
                failures.fail(container, "image_refused", refusal.get());
                return Optional.empty();
            }
            begin(container, spec, found.get(), outcome);
            return Optional.of(found.get().image());
        }
        if (container.state() == ContainerState.PENDING) {
            tenure.write(tx -> lifecycle.pulling(tx, container.id()));
        }
        outcome.then(new Subject.Pull(container.id()));
        return Optional.empty();
    }

    /** What the container is to be made from, if it is on the host and no registry is to be asked. */
    private Optional<Found> find(Container container, WorkloadDesired spec, ImageReference reference) {
        ImagePin pin = pinOf(container).orElse(null);
        if (pin != null) {
            Optional<EngineImage> there = engine.image(pin.imageId());
            if (there.isPresent() || pin.digest() != null) {
                return there.map(image -> new Found(image, pin.digest(), null));
            }
        }
        String lost = pin == null ? null : pin.imageId();
        boolean asks = policyOf(spec, reference) == PullPolicy.ALWAYS && !images.forEverybody(reference);
        return asks ? Optional.empty() : usable(container.account(), reference, lost);
    }

    private Optional<ImagePin> pinOf(Container container) {
        return tenure.read(dsl -> pins.find(
                dsl,
                container.workload(),
                container.target().revision(),
                container.target().run(),
                container.image()));
    }

    private static PullPolicy policyOf(WorkloadDesired spec, ImageReference reference) {
        if (reference.digest()) {
            return PullPolicy.IF_NOT_PRESENT;
        }
        PullPolicy wished = spec.pullPolicy();
        if (wished != null) {
            return wished;
        }
        return reference.version().equals("latest") ? PullPolicy.ALWAYS : PullPolicy.IF_NOT_PRESENT;
    }

    /**
     * The local image of that name, if this account may have it. That it is on the host says nothing: it may be another
     * account's, who has a password to its registry. So either it is everybody's, or the registry gave it to this account.
     */
    private Optional<Found> usable(AccountId account, ImageReference reference, @Nullable String lost) {
        if (!images.forEverybody(reference)) {
            Optional<ImageNameRepository.Meaning> meaning =
                    tenure.read(dsl -> names.find(dsl, account, reference.toString()));
            Optional<EngineImage> meant = meaning.flatMap(known -> engine.image(known.imageId()));
            if (meant.isPresent() && mayHave(account, meant.get())) {
                return Optional.of(new Found(meant.get(), meaning.get().digest(), lost));
            }
        }
        return engine.image(reference.toString())
                .filter(image -> images.forEverybody(reference) || mayHave(account, image))
                .map(image -> new Found(image, reference.digest() ? reference.version() : null, lost));
    }

    private boolean mayHave(AccountId account, EngineImage image) {
        return tenure.read(dsl -> tenants.hasPulled(dsl, account, image.id()));
    }

    /** Pins what was found; goes on unless another container has pinned something else, or an old one is to end first. */
    private void begin(Container container, WorkloadDesired spec, Found found, Outcome outcome) {
        String imageId = found.image().id();
        boolean waits = isHeld(container, spec);
        boolean kept = tenure.write(tx -> {
            if (!isAwaited(tx, container)) {
                return true;
            }
            ImagePin pin = pins.keep(tx.dsl(), pin(container, found.digest(), imageId), found.instead(), tx.now());
            if (!pin.imageId().equals(imageId)) {
                return false;
            }
            tenants.used(tx.dsl(), container.account(), imageId, tx.now());
            if (!waits) {
                lifecycle.starting(tx, container.id(), imageId, pin.told());
            } else if (lifecycle.ready(tx, container.id(), imageId)) {
                outcome.then(new Subject.Workload(container.workload()));
            }
            return true;
        });
        if (!kept) {
            outcome.then(new Subject.Run(container.id()));
        } else if (waits) {
            outcome.at(clock.instant().plus(HELD_AGAIN), new Subject.Run(container.id()));
        }
    }

    private boolean isAwaited(FactTransaction tx, Container container) {
        return containers
                .lock(tx.dsl(), container.id())
                .filter(now -> now.state().rank() < ContainerState.STARTING.rank())
                .isPresent();
    }

    private boolean isHeld(Container container, WorkloadDesired spec) {
        return OldFirst.isWished(spec)
                && tenure.read(dsl -> OldFirst.holds(spec, containers.standing(dsl, container.workload()), container));
    }

    private static ImagePin pin(Container container, @Nullable String digest, String imageId) {
        return new ImagePin(
                container.workload(),
                container.target().revision(),
                container.target().run(),
                container.image(),
                digest,
                imageId);
    }

    /**
     * Fetches the image of a container that waits for it; takes as long as it takes, within its limit. One at a time of an
     * account, so that nobody's slow registry keeps everybody waiting.
     */
    Outcome pull(Container container) {
        Outcome outcome = new Outcome();
        ImageReference reference = ImageReference.parse(container.image()).orElse(null);
        Optional<WorkloadDesired> spec = tenure.read(dsl -> specs.of(dsl, container));
        boolean there = container.life().imageId() != null;
        if (container.state() != ContainerState.PULLING || there || reference == null || spec.isEmpty()) {
            return outcome;
        }
        if (!fetching.add(container.account())) {
            return outcome.at(clock.instant().plus(AGAIN), new Subject.Pull(container.id()));
        }
        try {
            if (!tenure.write(tx -> lifecycle.fetching(tx, container.id()))) {
                return outcome;
            }
            if (find(container, spec.get(), reference).isPresent() || fetched(container, spec.get(), reference)) {
                return outcome.then(new Subject.Run(container.id()));
            }
            return outcome.then(new Subject.Workload(container.workload()));
        } finally {
            fetching.remove(container.account());
        }
    }

    /** Answers whether the image is there now; otherwise the launch has failed. */
    private boolean fetched(Container container, WorkloadDesired spec, ImageReference reference) {
        String image = container.image();
        try {
            ImagePin pin = pinOf(container).orElse(null);
            String digest = pin == null ? null : pin.digest();
            ImageReference asked = digest == null ? reference : reference.at(digest);
            Pulled pulled = engine.pull(
                    new PullOrder(asked.toString(), authOf(container, spec, asked), pullTimeout, teller(container)));
            return tenure.write(tx -> {
                if (!isAwaited(tx, container)) {
                    return true; // it was given up meanwhile, and what was kept for it is forgotten
                }
                tenants.pulled(tx.dsl(), container.account(), pulled.imageId(), tx.now());
                if (digest == null && !reference.digest()) {
                    ImageNameRepository.Meaning meaning =
                            new ImageNameRepository.Meaning(pulled.imageId(), pulled.digest());
                    names.put(tx.dsl(), container.account(), reference.toString(), meaning, tx.now());
                }
                ImagePin _ = pins.keep(
                        tx.dsl(),
                        pin(container, pulled.digest(), pulled.imageId()),
                        pin == null ? null : pin.imageId(),
                        tx.now());
                return true;
            });
        } catch (ContentException e) {
            failures.fail(container, "content_refused", String.valueOf(e.getMessage()));
        } catch (EngineException.Refused e) {
            failures.fail(container, "image_refused", LaunchFailures.brief(e));
        } catch (EngineException.Missing e) {
            failures.fail(
                    container,
                    "image_not_found",
                    ("the image '%s' was not found: %s. Check its name and tag; for one in a private registry the"
                                    + " account needs credentials (POST /v1/registry_credentials)")
                            .formatted(image, LaunchFailures.brief(e)));
        } catch (EngineException.Failed | EngineException.Conflict e) {
            failures.fail(
                    container,
                    "image_not_found",
                    ("the image '%s' could not be fetched: %s. It is tried again; where no registry can be"
                                    + " reached, the operator offers images of the host in BERTH_LOCAL_IMAGES")
                            .formatted(image, LaunchFailures.brief(e)));
        }
        return false;
    }

    /**
     * What the registry of an image is shown: as the account has it now, where the wish is of that registry, and otherwise as it was when
     * what is launched was wished.
     */
    private @Nullable RegistryAuth authOf(Container container, WorkloadDesired spec, ImageReference image) {
        WorkloadDesired now = tenure.read(dsl -> wishes.find(dsl, container.workload()))
                .filter(Wish.Wanted.class::isInstance)
                .map(wish -> ((Wish.Wanted) wish).spec())
                .filter(wish -> ImageReference.parse(wish.image())
                        .filter(wished -> wished.registry().equals(image.registry()))
                        .isPresent())
                .orElse(spec);
        RegistryLogin login = now.registryLogin();
        return login == null || !login.registry().equals(image.registry())
                ? null
                : new RegistryAuth(login.registry(), login.username(), content.password(container.account(), login));
    }

    /** Writes down how far a pull is, every other second. */
    private PullOrder.Watch teller(Container container) {
        return new PullOrder.Watch() {
            private Instant next = Instant.MIN;

            @Override
            public void at(long bytes, long ofBytes) {
                Instant now = clock.instant();
                if (now.isBefore(next)) {
                    return;
                }
                next = now.plus(TOLD_EACH);
                String words = "pulling: %d of %d MiB".formatted(mib(bytes), mib(ofBytes));
                try {
                    tenure.write(tx -> lifecycle.fetched(tx, container.id(), words));
                } catch (RuntimeException e) {
                    LOG.atDebug()
                            .addKeyValue("container", container.id())
                            .log("How far a pull is was not written down: {}", e.toString());
                }
            }
        };
    }

    /** Up to the next whole one, so that what is small is not nothing. */
    private static long mib(long bytes) {
        return Math.ceilDiv(bytes, 1L << 20);
    }
}
