package dev.berth.gateway.quota;

import dev.berth.gateway.account.Account;
import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.account.Limits;
import dev.berth.gateway.account.Plan;
import dev.berth.gateway.account.Plans;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.Cause;
import dev.berth.schema.account.PlanChanged;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Outbox;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What the operator changes of plans and of what accounts may have. It counts from the commit on: whoever claims looks at the limits
 * under the lock under which they are written. Locks are taken in one order: the account, its plans, its quota. Thread-safe.
 */
@Service
class Terms {
    /**
     * What an account may have, and why.
     *
     * @param own what it has whatever its plan says
     */
    record AccountTerms(
            AccountId account, String plan, QuotaView.Resources limits, OwnLimits own, QuotaView.Resources used) {}

    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final QuotaRepository repository;
    private final Quotas quotas;
    private final Plans plans;
    private final Accounts accounts;
    private final Outbox outbox;
    private final InstantSource clock;

    Terms(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            QuotaRepository repository,
            Quotas quotas,
            Plans plans,
            Accounts accounts,
            Outbox outbox,
            InstantSource clock) {
        this.dsl = dsl;
        this.transaction = new TransactionTemplate(transactions);
        this.repository = repository;
        this.quotas = quotas;
        this.plans = plans;
        this.accounts = accounts;
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * Changes a plan, and the limits of all accounts that have it, where they have none of their own. What runs beyond lower limits
     * goes on running.
     *
     * @throws Refusal 404; what {@code change} throws
     */
    Plan change(String name, UnaryOperator<Plan> change, Cause cause) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            Plan before = plans.lock(name);
            Plan after = change.apply(before);
            if (after.equals(before)) {
                return before;
            }
            plans.write(after);
            List<Outbox.Draft> drafts = new ArrayList<>();
            if (!after.limits().equals(before.limits())) {
                for (QuotaRepository.Held held : repository.lockAllOf(dsl, name)) {
                    Limits limits = held.own().over(after.limits());
                    if (!limits.equals(held.limits())) {
                        repository.update(dsl, held.account(), limits, held.own());
                        drafts.add(new Outbox.Draft(event(held.account(), name, limits), cause));
                    }
                }
            }
            if (!drafts.isEmpty()) {
                outbox.appendAll(dsl, drafts);
            }
            return after;
        }));
    }

    /**
     * Gives an account a plan, limits of its own, or both.
     *
     * @param plan null: it keeps the one it has
     * @param change from its own limits to others
     * @throws Refusal 404; 422 for a plan that is not there; 409 for an account that is closed for good
     */
    AccountTerms change(AccountId account, @Nullable String plan, UnaryOperator<OwnLimits> change, Cause cause) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            Account now = accounts.locked(dsl, account);
            if (now.closedAt() != null) {
                throw Refusal.of(ErrorCode.CONFLICT, "The account is closed for good, so nothing of it changes.");
            }
            String name = plan == null ? now.plan() : plan;
            Plan next = plans.hold(List.of(now.plan(), name)).stream()
                    .filter(one -> one.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> Refusal.invalid(List.of(new FieldError("plan", "must be one of " + names()))));
            quotas.lock(dsl, account);
            QuotaRepository.Held held = repository.terms(dsl, account);
            OwnLimits own = change.apply(held.own());
            Limits limits = own.over(next.limits());
            if (!name.equals(now.plan())) {
                accounts.setPlan(dsl, account, name);
            }
            repository.update(dsl, account, limits, own);
            if (!limits.equals(held.limits()) || !name.equals(now.plan())) {
                outbox.append(dsl, event(account, name, limits), cause);
            }
            return of(account);
        }));
    }

    private AccountTerms of(AccountId account) {
        QuotaView view = quotas.view(account);
        return new AccountTerms(
                account,
                accounts.get(account).plan(),
                view.limits(),
                repository.terms(dsl, account).own(),
                view.used());
    }

    private String names() {
        return String.join(", ", plans.all().stream().map(Plan::name).toList());
    }

    private PlanChanged event(AccountId account, String plan, Limits limits) {
        return new PlanChanged(
                account,
                plan,
                limits.containers(),
                limits.cpuMillis(),
                limits.memoryMib(),
                limits.volumes(),
                limits.volumeGib(),
                clock.instant());
    }
}
