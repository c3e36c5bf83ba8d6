package dev.berth.gateway.workload;

import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.quota.Amount;
import dev.berth.gateway.quota.Quotas;
import dev.berth.gateway.workload.Recommender.Recommendation;
import dev.berth.schema.Cause;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.workload.DesiredState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Lets the replicas of services follow what they use. A change goes the way of any other: under the locks of its account, within its
 * quota and its standing, and only of the wish that was looked at. Thread-safe.
 */
@Component
class Autoscaler {
    private static final Logger LOG = LoggerFactory.getLogger(Autoscaler.class);

    /** How many services one turn looks at; those that were not looked at for the longest. */
    private static final int AT_ONCE = 1_000;

    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final WorkloadRepository repository;
    private final AutoscaleRepository states;
    private final Workloads workloads;
    private final Quotas quotas;
    private final Loads loads;

    Autoscaler(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            WorkloadRepository repository,
            AutoscaleRepository states,
            Workloads workloads,
            Quotas quotas,
            Loads loads) {
        this.dsl = dsl;
        this.transaction = new TransactionTemplate(transactions);
        this.repository = repository;
        this.states = states;
        this.workloads = workloads;
        this.quotas = quotas;
        this.loads = loads;
    }

    /** Looks at all services that scale by themselves, for as long as it is the turn of a number. */
    void look(long turn, Instant now) {
        List<Wish> some = new ArrayList<>();
        int containers = 0;
        for (Wish wish : repository.autoscaled(dsl, AT_ONCE)) {
            if (some.size() >= Loads.MOST_WORKLOADS
                    || (!some.isEmpty() && containers + wish.spec().replicas() > Loads.MOST_CONTAINERS / 2)) {
                look(turn, some, now);
                some.clear();
                containers = 0;
            }
            some.add(wish);
            containers += wish.spec().replicas();
        }
        look(turn, some, now);
    }

    private void look(long turn, List<Wish> wishes, Instant now) {
        if (wishes.isEmpty()) {
            return;
        }
        Map<WorkloadId, List<Loads.Load>> seen;
        try {
            seen = loads.of(wishes.stream().map(Wish::id).toList()).stream()
                    .collect(Collectors.groupingBy(Loads.Load::workload));
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("workloads", wishes.size())
                    .log("What services use is not told; they stay as they are until the next look");
            return;
        }
        for (Wish wish : wishes) {
            try {
                follow(turn, wish, seen.getOrDefault(wish.id(), List.of()), now);
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).addKeyValue("workload", wish.id()).log("A service could not be scaled");
                states.looked(dsl, wish.id(), now); // or it would be the first of every turn
            }
        }
    }

    private void follow(long turn, Wish seen, List<Loads.Load> used, Instant now) {
        Autoscale scale = seen.spec().manner().autoscale();
        if (scale == null) {
            return;
        }
        Recommendation said = Recommender.recommend(seen.spec(), scale, used, states.find(dsl, seen.id()), now);
        try {
            transaction.executeWithoutResult(_ -> {
                if (states.hasTurn(dsl, turn)) {
                    states.save(dsl, seen.id(), said.next(), change(seen, said, now));
                }
            });
        } catch (Refusal refused) {
            String message = "%s; refused: %s"
                    .formatted(said.message(), refused.problem().detail());
            transaction.executeWithoutResult(_ -> {
                if (states.hasTurn(dsl, turn)) {
                    states.save(
                            dsl,
                            seen.id(),
                            said.next(),
                            new WorkloadView.Recommendation(said.replicas(), message, now));
                }
            });
        }
    }

    /** Changes the wish as far as its quota goes, and says what that came to. */
    private WorkloadView.Recommendation change(Wish seen, Recommendation said, Instant now) {
        int from = seen.spec().replicas();
        if (said.replicas() == from) {
            return new WorkloadView.Recommendation(said.replicas(), said.message(), now);
        }
        Cause cause = Cause.platform(now);
        List<Integer> given = new ArrayList<>(1);
        Workloads.Intent intent = said.replicas() > from ? Workloads.Intent.START : Workloads.Intent.CHANGE;
        Wish _ = workloads.step(seen.account(), seen.id(), null, cause, intent, wish -> {
            if (wish.generation() != seen.generation() || wish.state() != DesiredState.RUNNING) {
                return wish; // somebody was quicker
            }
            given.add(fits(wish, said.replicas()));
            return wish.change(wish.spec().scaled(given.getFirst()), now);
        });
        if (given.isEmpty()) {
            String message = said.message() + "; it was changed meanwhile, so the next look decides";
            return new WorkloadView.Recommendation(said.replicas(), message, now);
        }
        int to = given.getFirst();
        String whole = to == said.replicas()
                ? said.message()
                : "%s; wants %d, quota allows %d".formatted(said.message(), said.replicas(), to);
        if (to != from) {
            states.changed(dsl, cause.operation(), seen.id(), from, to, "autoscaler: " + whole, now);
        }
        return new WorkloadView.Recommendation(said.replicas(), whole, now);
    }

    private int fits(Wish wish, int replicas) {
        Amount one = Amount.of(
                1, wish.spec().cpuMillis().value(), wish.spec().memoryMib().value());
        return quotas.most(
                dsl, wish.account(), wish.id().uuid(), one, wish.spec().replicas(), replicas);
    }
}
