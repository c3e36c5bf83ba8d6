package dev.berth.gateway.trigger;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.audit.Audits;
import dev.berth.gateway.edge.EdgeProperties;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.RateLimits;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.quota.Quotas;
import dev.berth.gateway.workload.WorkloadRequest;
import dev.berth.gateway.workload.WorkloadView;
import dev.berth.gateway.workload.Workloads;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.TriggerId;
import dev.berth.schema.id.WorkloadId;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jooq.DSLContext;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Triggers of workloads: made, listed, deleted and called. Refusals are {@link Refusal}: 404, 409 name taken or too many, 422; of a call
 * those of the change that it makes, and 429. Thread-safe.
 */
@Service
@EnableConfigurationProperties(TriggerProperties.class)
public class Triggers {
    /** The most triggers of a workload. */
    static final int MAX_TRIGGERS = 10;

    private static final String REMOVED = "removed";
    private static final double SECONDS_PER_MINUTE = 60;

    /** A trigger that was just made; the only time its secret is seen. */
    record Made(Trigger trigger, TriggerSecret secret) {}

    /** What a call did. */
    record Fired(Trigger trigger, WorkloadView before, WorkloadView after) {}

    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final TriggerRepository repository;
    private final Workloads workloads;
    private final Accounts accounts;
    private final Quotas quotas;
    private final RateLimits limits;
    private final EdgeProperties.Rate rate;
    private final InstantSource clock;
    private final Audits audits;

    Triggers(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            TriggerRepository repository,
            Workloads workloads,
            Accounts accounts,
            Quotas quotas,
            RateLimits limits,
            TriggerProperties properties,
            InstantSource clock,
            Audits audits) {
        this.dsl = dsl;
        this.transaction = new TransactionTemplate(transactions);
        this.repository = repository;
        this.workloads = workloads;
        this.accounts = accounts;
        this.quotas = quotas;
        this.limits = limits;
        this.rate = new EdgeProperties.Rate(properties.burst(), properties.perMinute() / SECONDS_PER_MINUTE);
        this.clock = clock;
        this.audits = audits;
    }

    /** Newest first, without their secrets. */
    public List<TriggerView> list(AccountId account, WorkloadId workload) {
        workloads.get(account, workload);
        return repository.of(dsl, account, workload).stream()
                .map(one -> TriggerView.of(one, null))
                .toList();
    }

    /**
     * Makes one. The answer has the URL with its secret, which is not seen again.
     *
     * @param origin what the URL begins with, such as {@code https://berth.example.com}
     * @param cause who makes it
     */
    public TriggerView make(
            AccountId account, WorkloadId workload, TriggerRequest request, String origin, Cause cause) {
        TriggerRules.Checked checked = TriggerRules.check(request);
        TriggerSecret secret = TriggerSecret.next();
        Trigger made = Objects.requireNonNull(transaction.execute(_ -> {
            quotas.lock(dsl, account);
            if (isRemoved(workloads.get(account, workload))) {
                throw Refusal.of(ErrorCode.CONFLICT, "The workload was removed.")
                        .hint("Make a new one.");
            }
            List<Trigger> there = repository.of(dsl, account, workload);
            if (there.stream().anyMatch(one -> one.name().equals(checked.name()))) {
                throw Refusal.of(ErrorCode.NAME_TAKEN, "The workload has a trigger '%s'.".formatted(checked.name()))
                        .field("name", "is taken")
                        .hint("Choose another name, or delete the trigger that has it.");
            }
            if (there.size() >= MAX_TRIGGERS) {
                throw Refusal.of(
                                ErrorCode.CONFLICT,
                                "The workload has %d triggers, which is the most.".formatted(MAX_TRIGGERS))
                        .fact("limit", MAX_TRIGGERS)
                        .hint("Delete triggers that are not used.");
            }
            Trigger trigger = new Trigger(
                    TriggerId.next(),
                    account,
                    workload,
                    checked.name(),
                    checked.does(),
                    cause.actor(),
                    clock.instant(),
                    null,
                    0);
            repository.insert(dsl, trigger, secret);
            return trigger;
        }));
        return TriggerView.of(made, origin + "/v1/triggers/" + secret.text());
    }

    /** Deletes one; its URL leads nowhere from the next call on. */
    public void delete(AccountId account, WorkloadId workload, String trigger) {
        if (!repository.delete(dsl, account, workload, parse(trigger))) {
            throw Refusal.notFound("trigger", trigger);
        }
    }

    private static TriggerId parse(String id) {
        try {
            return TriggerId.parse(id);
        } catch (IllegalArgumentException e) {
            throw Refusal.notFound("trigger", id).because(e);
        }
    }

    /** Does what the trigger of a secret does. Calls of one account come one after the other, so that each step counts. */
    Fired fire(String secret, TriggerRules.Asked asked, RequestContext call) {
        Trigger trigger = TriggerSecret.parse(secret)
                .flatMap(text -> repository.find(dsl, text))
                .orElseThrow(Triggers::unknown);
        RateLimits.Verdict verdict = limits.takeTold("trigger", trigger.id().toString(), rate);
        if (!verdict.allowed()) {
            throw Refusal.of(
                            ErrorCode.RATE_LIMITED,
                            "More than %d calls of this trigger at once, and %d each minute after that."
                                    .formatted(rate.burst(), Math.round(rate.perSecond() * SECONDS_PER_MINUTE)))
                    .retryAfter(verdict.retryAfter());
        }
        Cause cause =
                new Cause(call.operation().toString(), trigger.id().toString(), call.acceptedAt(), call.traceparent());
        return Objects.requireNonNull(transaction.execute(_ -> {
            accounts.holdStanding(dsl, trigger.account()).allowChanges();
            quotas.lock(dsl, trigger.account());
            WorkloadView before = workloads.get(trigger.account(), trigger.workload());
            if (isRemoved(before) || !repository.used(dsl, trigger.id(), clock.instant())) {
                throw unknown();
            }
            Fired fired = new Fired(trigger, before, change(trigger, before, asked, cause));
            audits.done(
                    trigger.account(),
                    null,
                    trigger.id().toString(),
                    "POST /v1/triggers/{secret}",
                    trigger.workload().toString());
            return fired;
        }));
    }

    private WorkloadView change(Trigger trigger, WorkloadView now, TriggerRules.Asked asked, Cause cause) {
        return switch (trigger.does()) {
            case Trigger.Redeploy _ -> workloads.restart(trigger.account(), trigger.workload(), null, cause);
            case Trigger.Scale scale ->
                workloads.update(
                        trigger.account(),
                        trigger.workload(),
                        WorkloadRequest.of(Map.of("replicas", TriggerRules.target(scale, now.replicas(), asked))),
                        null,
                        cause);
        };
    }

    private static boolean isRemoved(WorkloadView view) {
        return view.desired().state().equals(REMOVED);
    }

    /** The same for a secret that never was, a trigger that was deleted and a workload that was removed. */
    private static Refusal unknown() {
        return Refusal.of(ErrorCode.NOT_FOUND, "There is no trigger at this address.")
                .hint("Make one for the workload and call the URL that is answered.");
    }
}
