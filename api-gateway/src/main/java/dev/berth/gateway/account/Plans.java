package dev.berth.gateway.account;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Words;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Plans: made and changed by the operator, chosen at sign-up. Thread-safe. */
@Service
public class Plans {
    /** The most there are. */
    static final int MAX_PLANS = 100;

    private final DSLContext dsl;
    private final PlanRepository repository;
    private final InstantSource clock;

    Plans(DSLContext dsl, PlanRepository repository, InstantSource clock) {
        this.dsl = dsl;
        this.repository = repository;
        this.clock = clock;
    }

    /** All of them, in the order in which they were made. */
    public List<Plan> all() {
        return repository.all(dsl);
    }

    /** Those that are shown to people. */
    public List<Plan> offered() {
        return all().stream().filter(plan -> plan.open() && plan.listed()).toList();
    }

    /** The plan of a name. */
    public Optional<Plan> find(String name) {
        return Plan.isName(name) ? repository.find(dsl, name) : Optional.empty();
    }

    /**
     * The plan of a new account.
     *
     * @param name null for the first that is shown
     * @throws Refusal 422 if it is not known or not open to new accounts
     */
    Plan chosen(@Nullable String name) {
        List<Plan> all = all();
        String open = all.stream()
                .filter(plan -> plan.open() && plan.listed())
                .map(Plan::name)
                .collect(Collectors.joining(", "));
        Optional<Plan> chosen = name == null
                ? all.stream().filter(plan -> plan.open() && plan.listed()).findFirst()
                : all.stream().filter(plan -> plan.name().equals(name)).findFirst();
        String refused = "";
        if (chosen.isEmpty()) {
            refused = open.isEmpty() ? "none is open to new accounts" : "must be one of " + open;
        } else if (!chosen.get().open()) {
            refused = "'%s' is not open to new accounts; choose one of %s"
                    .formatted(Words.cut(chosen.get().name()), open);
        }
        if (!refused.isEmpty()) {
            throw Refusal.of(ErrorCode.INVALID, "plan " + refused + ".")
                    .field("plan", refused)
                    .hint("GET /v1/plans lists those that are open.");
        }
        return chosen.orElseThrow();
    }

    /** The same, which stays as it is until the transaction at hand ends. */
    Plan held(@Nullable String name) {
        String chosen = chosen(name).name();
        repository.hold(dsl, List.of(chosen));
        return chosen(chosen);
    }

    /** Keeps plans from changing until the transaction at hand ends; those of them that there are. */
    public List<Plan> hold(List<String> names) {
        return repository.hold(dsl, names.stream().filter(Plan::isName).toList());
    }

    /**
     * Locks one against all who hold it, until the transaction at hand ends.
     *
     * @throws Refusal 404
     */
    public Plan lock(String name) {
        return Optional.of(name)
                .filter(Plan::isName)
                .flatMap(one -> repository.lock(dsl, one))
                .orElseThrow(() -> Refusal.notFound("plan", name));
    }

    /**
     * Adds one.
     *
     * @throws Refusal 409 if the name is taken, or there are too many
     */
    public void add(Plan plan) {
        if (all().size() >= MAX_PLANS) {
            throw Refusal.of(ErrorCode.CONFLICT, "There are %d plans, which is the most.".formatted(MAX_PLANS));
        }
        if (!repository.insert(dsl, plan, clock.instant())) {
            throw Refusal.of(ErrorCode.CONFLICT, "There is a plan '%s'.".formatted(plan.name()))
                    .field("name", "is taken")
                    .hint("Choose another name, or change the plan that has it.");
        }
    }

    /** Writes one that is locked. */
    public void write(Plan plan) {
        repository.update(dsl, plan, clock.instant());
    }
}
