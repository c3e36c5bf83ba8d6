package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.desired.Wish;
import dev.berth.provisioner.desired.WishRepository;
import dev.berth.provisioner.engine.Size;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.provisioner.lifecycle.FactTransaction;
import dev.berth.provisioner.lifecycle.Lifecycle;
import dev.berth.provisioner.lifecycle.Observation;
import dev.berth.provisioner.placement.Allowance;
import dev.berth.provisioner.placement.HostView;
import dev.berth.provisioner.placement.Placement;
import dev.berth.provisioner.rollout.ImagePinRepository;
import dev.berth.provisioner.rollout.OldFirst;
import dev.berth.provisioner.rollout.Plan;
import dev.berth.provisioner.rollout.Progress;
import dev.berth.provisioner.rollout.Rollout;
import dev.berth.provisioner.rollout.RolloutRepository;
import dev.berth.provisioner.rollout.RolloutRules;
import dev.berth.provisioner.rollout.Situation;
import dev.berth.provisioner.rollout.Step;
import dev.berth.provisioner.tenant.Tenant;
import dev.berth.provisioner.tenant.TenantRepository;
import dev.berth.provisioner.tenant.TenantState;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.rollout.RolloutState;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Plans a workload and writes the plan down as rows; the engine is called later, by {@link ContainerDriver}. Thread-safe. */
final class Planner {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Tenure tenure;
    private final WishRepository wishes;
    private final TenantRepository tenants;
    private final ContainerRepository containers;
    private final Lifecycle lifecycle;
    private final EngineHost host;
    private final HostClock clock;
    private final Placement placement;
    private final RolloutRules rules;
    private final RolloutRepository rollouts;
    private final ImagePinRepository pins;
    private final Checks checks;
    private final Function<Container, Observation> look;

    Planner(
            Tenure tenure,
            Rooms rooms,
            EngineHost host,
            HostClock clock,
            Placement placement,
            RolloutRules rules,
            Checks checks,
            Function<Container, Observation> look) {
        this.look = look;
        this.rollouts = rooms.rollouts();
        this.pins = rooms.pins();
        this.checks = checks;
        this.tenure = tenure;
        this.wishes = rooms.wishes();
        this.tenants = rooms.tenants();
        this.containers = rooms.containers();
        this.lifecycle = rooms.lifecycle();
        this.host = host;
        this.clock = clock;
        this.placement = placement;
        this.rules = rules;
    }

    /** Plans one workload; writes only when there is something to write. */
    Outcome plan(WorkloadId workload) {
        Outcome outcome = new Outcome();
        if (!tenure.read(dsl -> isNew(dsl, workload)) && !isDue(workload, outcome)) {
            return outcome;
        }
        Instant wakeAt = tenure.write(tx -> {
            Optional<Wish> wish = wishes.lock(tx.dsl(), workload);
            if (wish.isEmpty()) {
                return null;
            }
            Known known = known(
                    tx.dsl(), wish.get(), tenants.lock(tx.dsl(), wish.get().account()));
            Plan plan = planOf(wish.get(), known);
            Wish runs = effective(wish.get(), plan);
            for (Step step : plan.steps()) {
                take(tx, runs, step, known, outcome);
            }
            tell(tx, wish.get(), known.progress(), plan);
            return plan.wakeAt();
        });
        return outcome.at(wakeAt, new Subject.Workload(workload));
    }

    /** Whether it was never planned and nothing of it is there: then there is something to write, and nothing to look at before. */
    private boolean isNew(DSLContext dsl, WorkloadId workload) {
        return rollouts.find(dsl, workload).isEmpty()
                && containers.standing(dsl, workload).isEmpty();
    }

    /** Whether there is something to write, and what is relied on for that was looked at. */
    private boolean isDue(WorkloadId workload, Outcome outcome) {
        Optional<Wish> wish = tenure.read(dsl -> wishes.find(dsl, workload));
        if (wish.isEmpty()) {
            return false;
        }
        Known known = tenure.read(
                dsl -> known(dsl, wish.get(), tenants.find(dsl, wish.get().account())));
        Plan plan = planOf(wish.get(), known);
        if (plan.isIdle(known.progress())) {
            outcome.at(plan.wakeAt(), new Subject.Workload(workload));
            return false;
        }
        if (trusts(plan, known.progress()) && sawEnds(known.standing(), outcome)) {
            outcome.then(new Subject.Workload(workload));
            return false;
        }
        return true;
    }

    /** What the rows of a workload say. */
    private record Known(
            Optional<Tenant> tenant,
            List<Container> standing,
            @Nullable Progress progress) {}

    private Known known(DSLContext dsl, Wish wish, Optional<Tenant> tenant) {
        return new Known(
                tenant,
                containers.standing(dsl, wish.workload()),
                rollouts.find(dsl, wish.workload()).orElse(null));
    }

    /** Whether a plan relies on it that containers still run which the engine only said to have started. */
    private static boolean trusts(Plan plan, @Nullable Progress before) {
        Progress next = plan.progress();
        boolean completes = next != null
                && next.state() == RolloutState.COMPLETE
                && (before == null || before.state() != RolloutState.COMPLETE);
        return completes
                || plan.steps().stream()
                        .anyMatch(step -> step instanceof Step.Stop stop && stop.reason() == StopReason.REPLACED);
    }

    /** Looks at the containers of a workload; answers whether one has ended that nobody had told of. */
    private boolean sawEnds(List<Container> standing, Outcome outcome) {
        boolean news = false;
        for (Container container : standing) {
            if (container.state() == ContainerState.RUNNING
                    && !(look.apply(container) instanceof Observation.Nothing)) {
                outcome.then(new Subject.Run(container.id()));
                news = true;
            }
        }
        return news;
    }

    private Plan planOf(Wish wish, Known known) {
        Situation.Place place =
                known.tenant().map(tenant -> placeOf(tenant.state())).orElse(Situation.Place.WAITING);
        return planOf(wish, place, known.standing(), known.progress());
    }

    /** The plan of a workload from what is known already. */
    Plan planOf(Wish wish, Situation.Place place, List<Container> standing, @Nullable Progress progress) {
        Situation.Place usable = place == Situation.Place.READY && !canLaunch() ? Situation.Place.WAITING : place;
        return Rollout.plan(
                new Situation(
                        wish,
                        usable,
                        standing,
                        progress,
                        checks.said(standing),
                        () -> wish instanceof Wish.Wanted wanted ? obstacle(wanted.spec()) : Optional.empty(),
                        clock.instant()),
                rules);
    }

    private Optional<String> obstacle(WorkloadDesired spec) {
        return tenure.read(dsl -> new Dependencies(wishes, rollouts, containers).obstacle(dsl, spec));
    }

    /** What a launch is made from: what served before, if the wish was rolled back. */
    private static Wish effective(Wish wish, Plan plan) {
        Progress progress = plan.progress();
        return wish instanceof Wish.Wanted wanted && progress != null
                ? new Wish.Wanted(progress.effective(wanted.spec()), wanted.cause())
                : wish;
    }

    private void tell(FactTransaction tx, Wish wish, @Nullable Progress before, Plan plan) {
        Progress next = plan.progress();
        if (next == null) {
            return;
        }
        if (next.isNewsAfter(before)) {
            Progress told = next.told();
            rollouts.put(tx.dsl(), told, tx.now());
            tx.tell(told.fact(tx.now()), wish.cause());
        } else if (!next.equals(before)) {
            rollouts.put(tx.dsl(), next, tx.now());
        }
    }

    /** While the engine is away nothing new is begun; its deadlines would pass without anybody at fault. */
    private boolean canLaunch() {
        return host.reachable() && host.known().isPresent();
    }

    /** What the state of a place means for a plan. */
    static Situation.Place placeOf(TenantState state) {
        return switch (state) {
            case PROVISIONING -> Situation.Place.WAITING;
            case READY -> Situation.Place.READY;
            case CLOSING, REMOVED -> Situation.Place.CLOSING;
        };
    }

    private void take(FactTransaction tx, Wish wish, Step step, Known known, Outcome outcome) {
        switch (step) {
            case Step.Launch launch -> {
                if (wish instanceof Wish.Wanted wanted) {
                    launch(tx, wanted, launch, known, outcome);
                }
            }
            case Step.Refuse refuse -> {
                if (wish instanceof Wish.Wanted wanted) {
                    lifecycle.refuse(tx, wanted, refuse.turn(), hostName(), refuse.why());
                }
            }
            case Step.Stop stop -> {
                lifecycle.stop(tx, stop.container(), stop.reason(), wish.graceSeconds(), wish.cause());
                outcome.then(new Subject.Run(stop.container()));
            }
            case Step.Resize resize -> {
                if (mayGrow(tx, wish, resize, known)) {
                    lifecycle.want(tx, resize.container(), resize.size(), wish.cause());
                    outcome.then(new Subject.Run(resize.container()));
                } else {
                    outcome.at(tx.now().plus(AGAIN), new Subject.Workload(wish.workload()));
                }
            }
            case Step.Freeze freeze -> {
                lifecycle.freeze(tx, freeze.container(), freeze.paused());
                outcome.then(new Subject.Run(freeze.container()));
            }
            case Step.Settle settle -> {
                lifecycle.note(tx, settle.by(), settle.note());
                containers.supersede(tx.dsl(), settle.others());
            }
            case Step.Remark remark -> lifecycle.note(tx, remark.container(), remark.note());
            case Step.Gone gone -> {
                wishes.gone(tx.dsl(), wish.workload(), tx.now());
                containers.supersede(tx.dsl(), wish.workload());
                rollouts.forget(tx.dsl(), wish.workload());
                pins.forget(tx.dsl(), wish.workload());
            }
        }
    }

    private void launch(FactTransaction tx, Wish.Wanted wish, Step.Launch launch, Known known, Outcome outcome) {
        List<Container> leaving = leaving(tx.dsl(), wish.spec());
        HostView view = view(tx.dsl(), leaving);
        Size size = new Size(wish.spec().cpuMillis(), wish.spec().memoryMib());
        switch (placement.place(size, view == null ? List.of() : List.of(view))) {
            case Placement.Decision.Placed placed -> {
                Optional<String> over = over(tx, wish, size, leaving, known);
                if (over.isPresent()) {
                    wait(tx, wish, launch, over.get(), outcome);
                    return;
                }
                Container begun = lifecycle.begin(tx, wish, launch.turn(), placed.host());
                outcome.then(new Subject.Run(begun.id()));
            }
            case Placement.Decision.Refused refused ->
                lifecycle.refuse(
                        tx,
                        wish,
                        launch.turn(),
                        hostName(),
                        new Container.Note(refused.code(), refused.message(), null));
        }
    }

    /** Why the account may not have it now. The account is locked, since its other workloads are planned at the same time. */
    private Optional<String> over(
            FactTransaction tx, Wish.Wanted wish, Size size, List<Container> leaving, Known known) {
        long there = containers.standing(tx.dsl(), wish.workload()).stream()
                        .filter(container -> !container.state().over())
                        .count()
                - leaving.size();
        return known.tenant()
                .flatMap(found -> Allowance.refusal(
                        found,
                        containers.taken(tx.dsl(), wish.account()).without(leaving),
                        size,
                        there >= wish.spec().replicas()));
    }

    /** What ends before one that is launched now is started: it takes their room, not more. */
    private List<Container> leaving(DSLContext dsl, WorkloadDesired spec) {
        return OldFirst.isWished(spec)
                ? containers.standing(dsl, spec.workload()).stream()
                        .filter(container -> !container.state().over() && !container.isOf(spec.revision(), spec.run()))
                        .toList()
                : List.of();
    }

    private boolean mayGrow(FactTransaction tx, Wish wish, Step.Resize resize, Known known) {
        Optional<Tenant> tenant = known.tenant();
        Optional<Container> container = containers.find(tx.dsl(), resize.container());
        return tenant.isEmpty()
                || container.isEmpty()
                || Allowance.refusal(
                                tenant.get(),
                                containers.taken(tx.dsl(), wish.account()),
                                container.get().wanted(),
                                resize.size())
                        .isEmpty();
    }

    /** Usually others are just ending; who has waited for long is told for what. */
    private void wait(FactTransaction tx, Wish.Wanted wish, Step.Launch launch, String over, Outcome outcome) {
        if (tx.now().isBefore(wish.cause().at().plus(PATIENCE))) {
            outcome.at(tx.now().plus(AGAIN), new Subject.Workload(wish.workload()));
        } else {
            Container.Note why = new Container.Note("quota_exceeded", over, null);
            lifecycle.refuse(tx, wish, launch.turn(), hostName(), why);
        }
    }

    private String hostName() {
        return host.known().map(EngineHost.Known::name).orElse("none");
    }

    private @Nullable HostView view(DSLContext dsl, List<Container> leaving) {
        Optional<EngineHost.Known> known = host.known();
        if (known.isEmpty()) {
            return null;
        }
        long[] taken = containers.taken(dsl, known.get().name());
        for (Container container : leaving) {
            taken[0] -= container.size().cpuMillis().value();
            taken[1] -= container.size().memoryMib().value();
        }
        return new HostView(
                known.get().name(),
                known.get().info().cpus(),
                known.get().info().memoryMib(),
                taken[0],
                taken[1]);
    }
}
