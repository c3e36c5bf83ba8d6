package dev.berth.gateway.workload;

import dev.berth.gateway.account.Accounts;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.IfMatch;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.operation.OperationBook;
import dev.berth.gateway.quota.Quotas;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Outbox;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Everything that can be done with wishes. Each write is one transaction (it joins the caller's, if there is one): the wish, the
 * quota it holds and the event. It locks in one order: the account's standing, its quota, the wish. Refusals are
 * {@link Refusal}: 402 suspended or capped, 403 quota, 404 not there or not this account's, 409 name taken, 412 stale, 422 not
 * allowed. Thread-safe.
 */
@Service
@EnableConfigurationProperties(WorkloadProperties.class)
public class Workloads {
    /** The most wishes of an account that are not removed, running or not. */
    static final int MAX_WORKLOADS = 1000;

    /** Which of an account's workloads to list; null for any. {@code label} is {@code key} or {@code key:value}. */
    public record Filter(
            @Nullable String name,
            @Nullable String namePrefix,
            @Nullable String kind,
            @Nullable String state,
            @Nullable String label) {
        /** All that are not removed. */
        public static Filter any() {
            return new Filter(null, null, null, null, null);
        }
    }

    /** What a step is for. */
    enum Intent {
        START,
        CHANGE,
        /** What it names is another by now, and nothing of it changes over: nobody waits for that. */
        FOLLOW,
        REMOVE
    }

    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final WorkloadRepository repository;
    private final RevisionRepository revisions;
    private final RunRepository runs;
    private final WorkloadViews views;
    private final WorkloadRules rules;
    private final Accounts accounts;
    private final Quotas quotas;
    private final Resolver names;
    private final Quotes quotes;
    private final Funds funds;
    private final Outbox outbox;
    private final OperationBook operations;
    private final InstantSource clock;

    Workloads(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            WorkloadRepository repository,
            RevisionRepository revisions,
            RunRepository runs,
            WorkloadViews views,
            WorkloadProperties properties,
            Accounts accounts,
            Quotas quotas,
            Resolver names,
            Quotes quotes,
            Funds funds,
            Outbox outbox,
            OperationBook operations,
            InstantSource clock) {
        this.dsl = dsl;
        this.transaction = new TransactionTemplate(transactions);
        this.repository = repository;
        this.revisions = revisions;
        this.runs = runs;
        this.views = views;
        this.rules = new WorkloadRules(properties.allowedHosts());
        this.accounts = accounts;
        this.quotas = quotas;
        this.names = names;
        this.quotes = quotes;
        this.funds = funds;
        this.outbox = outbox;
        this.operations = operations;
        this.clock = clock;
    }

    /** Makes a wish; its containers start soon after. */
    public WorkloadView create(AccountId account, WorkloadRequest request, Cause cause) {
        Spec checked = rules.create(names.known(account, request));
        Wish made = Objects.requireNonNull(transaction.execute(_ -> {
            accounts.holdStanding(dsl, account).allowRunning();
            funds.allow(account, null, checked, checked.replicas());
            quotas.lock(dsl, account);
            Spec spec = names.sealed(account, checked); // under the lock under which secrets change
            WorkloadRepository.Crowd crowd = repository.crowd(dsl, account, spec.name());
            if (crowd.nameTaken()) {
                throw Refusal.of(ErrorCode.NAME_TAKEN, "There is a workload '%s'.".formatted(spec.name()))
                        .field("name", "is taken");
            }
            if (crowd.workloads() >= MAX_WORKLOADS) {
                throw Refusal.of(
                                ErrorCode.CONFLICT,
                                "The account has %d workloads, which is the most.".formatted(MAX_WORKLOADS))
                        .fact("limit", MAX_WORKLOADS)
                        .hint("Delete workloads that are not used.");
            }
            Wish wish = Wish.made(WorkloadId.next(), account, spec, clock.instant());
            StartOrder.check(spec, () -> repository.dependencies(dsl, account));
            names.settle(dsl, account, null, spec);
            claim(dsl, quotas, wish);
            repository.insert(dsl, wish);
            revisions.keep(dsl, wish, cause);
            runs.schedule(dsl, wish, null, clock.instant());
            if (spec.kind() == WorkloadKind.JOB) {
                runs.began(dsl, wish, "api", null, cause, clock.instant());
            }
            outbox.append(dsl, wish.event(), cause);
            enter(wish, Verbs.create(), cause);
            return wish;
        }));
        return views.ofMade(made);
    }

    /** Looks at a request as {@link #create} does before it writes anything; throws the refusal 422 with every field that is wrong. */
    public void check(WorkloadRequest request) {
        rules.create(request);
    }

    /** What {@link #create} would cost and do to the quota; changes nothing. */
    public Quote quote(AccountId account, WorkloadRequest request, RequestContext context) {
        Spec spec = rules.create(names.known(account, request));
        return Quoting.of(account, spec, quotas, quotes, funds, context);
    }

    /** One workload; one that was removed is still there, with the desired state {@code removed}. */
    public WorkloadView get(AccountId account, WorkloadId workload) {
        return get(account, workload, heard -> heard);
    }

    WorkloadView get(AccountId account, WorkloadId workload, UnaryOperator<Observed> more) {
        Optional<Wish> wish = repository.find(dsl, account, workload);
        return views.of(wish.orElseThrow(() -> missing(workload.toString())), more);
    }

    /** Those of some workloads that the account has, removed ones too, in no order. */
    public List<WorkloadView> several(AccountId account, List<WorkloadId> workloads) {
        return views.of(repository.all(dsl, workloads).stream()
                .filter(wish -> wish.account().equals(account))
                .toList());
    }

    /** Newest first; without removed ones unless the filter asks for them. */
    public Page<WorkloadView> list(AccountId account, Filter filter, Paging paging) {
        return list(account, filter, WorkloadOrder.of(null), paging);
    }

    /** In an order; without removed ones unless the filter asks for them. */
    Page<WorkloadView> list(AccountId account, Filter filter, WorkloadOrder order, Paging paging) {
        FilterRules.check(filter);
        List<Wish> wishes = repository.list(dsl, account, filter, order, order.after(paging), paging);
        Page<Wish> page = Page.of(wishes, paging.limit(), order::position);
        return new Page<>(views.of(page.data()), page.nextCursor());
    }

    /**
     * Changes what is given in the request; a field that is given replaces the whole field.
     *
     * @param ifMatch the etag that the caller has read, null to overwrite whatever is there
     */
    public WorkloadView update(
            AccountId account, WorkloadId workload, WorkloadRequest request, @Nullable String ifMatch, Cause cause) {
        return act(
                account,
                workload,
                ifMatch,
                cause,
                Intent.CHANGE,
                wish -> wish.change(
                        names.sealed(account, rules.change(wish.spec(), names.known(account, request))),
                        clock.instant()));
    }

    /** Wants it running. A job that was stopped, or is through, runs once more. */
    public WorkloadView start(AccountId account, WorkloadId workload, @Nullable String ifMatch, Cause cause) {
        return act(account, workload, ifMatch, cause, Intent.START, wish -> wish.start(clock.instant()));
    }

    /** Wants no container of it. */
    public WorkloadView stop(AccountId account, WorkloadId workload, @Nullable String ifMatch, Cause cause) {
        return act(account, workload, ifMatch, cause, Intent.CHANGE, wish -> wish.stop(clock.instant()));
    }

    /** Wants its containers replaced. */
    public WorkloadView restart(AccountId account, WorkloadId workload, @Nullable String ifMatch, Cause cause) {
        return act(account, workload, ifMatch, cause, Intent.START, wish -> {
            if (wish.wanted() == DesiredState.STOPPED) {
                throw Refusal.of(ErrorCode.CONFLICT, "The workload is stopped, so nothing can be restarted.")
                        .hint("Start it.");
            }
            return wish.runAgain(clock.instant());
        });
    }

    /** Wants its containers frozen as they are: they keep their memory, are metered and count in the quota. */
    public WorkloadView pause(AccountId account, WorkloadId workload, @Nullable String ifMatch, Cause cause) {
        return act(account, workload, ifMatch, cause, Intent.CHANGE, wish -> {
            if (!wish.canBePaused()) {
                throw Refusal.of(ErrorCode.CONFLICT, "The workload does not run, so that nothing can be paused.")
                        .hint("Only what is to run can be paused. To free its memory and its quota, stop it.");
            }
            return wish.paused(true, clock.instant());
        });
    }

    /** Lets its containers go on as they were. */
    public WorkloadView unpause(AccountId account, WorkloadId workload, @Nullable String ifMatch, Cause cause) {
        return act(account, workload, ifMatch, cause, Intent.START, wish -> wish.paused(false, clock.instant()));
    }

    /** Wants a job to run now, once more; a run that still goes on is replaced. */
    public WorkloadView run(AccountId account, WorkloadId workload, @Nullable String ifMatch, Cause cause) {
        return act(account, workload, ifMatch, cause, Intent.START, wish -> {
            if (!wish.spec().isTask()) {
                throw Refusal.of(ErrorCode.INVALID, "Only a job or a cron can be run; this is a service.")
                        .hint("Use start or restart.");
            }
            return wish.runAgain(clock.instant());
        });
    }

    /** The runs of a job or cron, the newest first. */
    public List<RunView> runs(AccountId account, WorkloadId workload) {
        get(account, workload);
        return runs.list(dsl, workload);
    }

    /** Keeps times and history in step with a wish. */
    private void follow(Wish before, Wish next, Cause cause) {
        Instant now = clock.instant();
        runs.schedule(dsl, next, before, now);
        if (!next.spec().isTask()) {
            return;
        }
        boolean goes = next.state() == DesiredState.RUNNING && next.removedAt() == null && !next.finished();
        if (goes && next.run() != before.run()) {
            runs.began(dsl, next, "api", null, cause, now);
        } else if (!goes) {
            runs.ended(dsl, next.id(), "stopped", "it was stopped", now);
        }
    }

    /** Wants what it was at an earlier revision; null for the one before the present one. */
    public WorkloadView rollBack(
            AccountId account, WorkloadId workload, @Nullable Long revision, @Nullable String ifMatch, Cause cause) {
        return act(account, workload, ifMatch, cause, Intent.CHANGE, wish -> {
            Optional<Revision> to = revision == null
                    ? revisions.before(dsl, workload, wish.revision())
                    : revisions.find(dsl, workload, revision);
            Revision found = to.orElseThrow(() -> Refusal.of(
                            ErrorCode.CONFLICT,
                            revision == null
                                    ? "There is no revision before revision %d.".formatted(wish.revision())
                                    : "There is no revision %d.".formatted(revision))
                    .hint("GET /v1/workloads/{id}/revisions lists those that are kept."));
            Spec back = names.shown(account, WorkloadRules.back(wish.spec(), found.spec()));
            return wish.back(found.number(), back, clock.instant());
        });
    }

    /** Wants a rollout ended: back to the last revision that was complete, or else to the one before. */
    public WorkloadView abort(AccountId account, WorkloadId workload, @Nullable String ifMatch, Cause cause) {
        WorkloadView now = get(account, workload);
        Observed.Rollout rollout = now.observed().rollout();
        if (rollout != null
                && rollout.servingRevision() != null
                && rollout.servingRevision() == now.desired().revision()) {
            throw Refusal.of(
                            ErrorCode.CONFLICT,
                            "No rollout goes on: revision %d is complete."
                                    .formatted(now.desired().revision()))
                    .hint("Use rollback to go to an earlier revision.");
        }
        return rollBack(account, workload, rollout == null ? null : rollout.servingRevision(), ifMatch, cause);
    }

    /** Lets a rollout go on that waits for its owner. */
    public WorkloadView promote(AccountId account, WorkloadId workload, @Nullable String ifMatch, Cause cause) {
        return say(account, workload, Rollouts.Word.PROMOTE, ifMatch, cause);
    }

    /** Holds a rollout where it is. */
    public WorkloadView pauseRollout(AccountId account, WorkloadId workload, @Nullable String ifMatch, Cause cause) {
        return say(account, workload, Rollouts.Word.PAUSE, ifMatch, cause);
    }

    /** Lets a rollout go on that was paused. */
    public WorkloadView resumeRollout(AccountId account, WorkloadId workload, @Nullable String ifMatch, Cause cause) {
        return say(account, workload, Rollouts.Word.RESUME, ifMatch, cause);
    }

    private WorkloadView say(
            AccountId account, WorkloadId workload, Rollouts.Word word, @Nullable String ifMatch, Cause cause) {
        return act(account, workload, ifMatch, cause, Intent.CHANGE, wish -> Rollouts.say(wish, word, clock.instant()));
    }

    /** Wants what it names as that is by now, such as a secret's version; called where that is written. */
    void renew(AccountId account, WorkloadId workload, UnaryOperator<Manner> next, Intent intent, Cause cause) {
        Wish _ = step(account, workload, null, cause, intent, wish -> {
            Spec renewed = wish.spec().with(next.apply(wish.spec().manner()));
            FieldCheck.size(renewed);
            return wish.change(renewed, clock.instant());
        });
    }

    /** The revisions that are kept, the newest first. */
    public List<RevisionView> revisions(AccountId account, WorkloadId workload) {
        WorkloadView now = get(account, workload);
        Observed.Rollout rollout = now.observed().rollout();
        Long serving = rollout == null ? null : rollout.servingRevision();
        List<Revision> kept = revisions.list(dsl, workload);
        List<RevisionView> all = new ArrayList<>();
        for (int i = 0; i < kept.size(); i++) {
            Revision one = kept.get(i);
            all.add(new RevisionView(
                    one.number(),
                    one.spec().image(),
                    one.changedSince(i + 1 < kept.size() ? kept.get(i + 1) : null),
                    one.actor(),
                    one.operation(),
                    one.createdAt(),
                    one.number() == now.desired().revision(),
                    serving != null && serving == one.number()));
        }
        return all;
    }

    /** Withdraws the wish: its containers stop and go. Withdrawing it again changes nothing. */
    public WorkloadView delete(AccountId account, WorkloadId workload, @Nullable String ifMatch, Cause cause) {
        return act(account, workload, ifMatch, cause, Intent.REMOVE, wish -> wish.remove(clock.instant()));
    }

    /**
     * A job that came to its end at a generation, and the event that told of it.
     *
     * @param well whether it did what it was to do
     * @param message why not
     */
    public record Finished(
            WorkloadId workload,
            long generation,
            boolean well,
            @Nullable String message,
            Cause cause) {}

    /**
     * Jobs have come to their end: their quota is free again, and those that were to be removed then are. Called by the feed,
     * once in the transaction in which it takes the events (it may append to the outbox); what speaks of an older generation changes
     * nothing.
     */
    public void jobsFinished(DSLContext inTransaction, List<Finished> jobs) {
        new JobEnds(repository, runs, quotas, outbox).apply(inTransaction, jobs, clock.instant());
    }

    /** Indices of jobs have ended; called by the feed in its transaction, before {@link #jobsFinished}. */
    public void jobsCounted(DSLContext inTransaction, List<JobCount> jobs) {
        new JobEnds(repository, runs, quotas, outbox).count(inTransaction, jobs);
    }

    /** An account whose wishes are to be held, for a reason, or released when there is none; and why. */
    public record Hold(AccountId account, Optional<String> reason, Cause cause) {}

    /**
     * Holds or releases all wishes of accounts, after the new standings were written in the same transaction.
     *
     * @return what the caller must append to the outbox, in one call with whatever else it appends
     */
    public List<Outbox.Draft> hold(DSLContext inTransaction, List<Hold> holds) {
        return new Holds(repository).apply(inTransaction, holds, clock.instant());
    }

    /** Reads an id; empty for what is none. */
    public static Optional<WorkloadId> parse(String id) {
        return GivenId.read(id, WorkloadId::parse);
    }

    /** The refusal for a workload that is not there, or another account's. */
    public static Refusal missing(String id) {
        return Refusal.notFound("workload", id);
    }

    private WorkloadView act(
            AccountId account,
            WorkloadId workload,
            @Nullable String ifMatch,
            Cause cause,
            Intent intent,
            UnaryOperator<Wish> step) {
        return views.of(step(account, workload, ifMatch, cause, intent, step));
    }

    Wish step(
            AccountId account,
            WorkloadId workload,
            @Nullable String ifMatch,
            Cause cause,
            Intent intent,
            UnaryOperator<Wish> step) {
        return Objects.requireNonNull(transaction.execute(_ -> {
            var standing = accounts.holdStanding(dsl, account);
            quotas.lock(dsl, account);
            Wish now = repository.lock(dsl, account, workload).orElseThrow(() -> missing(workload.toString()));
            match(now, ifMatch);
            if (now.removedAt() != null && intent != Intent.REMOVE) {
                throw Refusal.of(ErrorCode.CONFLICT, "The workload was removed.")
                        .hint("Make a new one.");
            }
            Wish next = step.apply(now);
            if (intent == Intent.START) {
                standing.allowRunning();
            }
            funds.allow(now, next, intent == Intent.START);
            if (next.equals(now)) {
                return now;
            }
            if (!next.spec().manner().dependsOn().equals(now.spec().manner().dependsOn())) {
                StartOrder.check(next.spec(), () -> repository.dependencies(dsl, account));
            }
            names.settle(dsl, account, now.spec(), next.spec());
            claim(dsl, quotas, next);
            repository.update(dsl, next);
            if (next.revision() != now.revision()) {
                revisions.keep(dsl, next, cause);
            }
            follow(now, next, cause);
            outbox.append(dsl, next.event(), cause);
            if (intent == Intent.FOLLOW) {
                operations.carry(dsl, next.id(), next.generation(), cause);
            } else {
                enter(next, Verbs.of(now, next), cause);
            }
            return next;
        }));
    }

    private void enter(Wish wish, Verbs.Named named, Cause cause) {
        operations.begin(
                dsl,
                wish.account(),
                cause,
                wish.id(),
                named.verb(),
                wish.generation(),
                wish.spec().mayTake(),
                named.undo());
    }

    /** Holds what a wish takes, under the lock of the account's quota. */
    static void claim(DSLContext dsl, Quotas quotas, Wish wish) {
        String what = "Workload '%s'".formatted(wish.spec().name());
        quotas.claim(dsl, wish.account(), wish.id().uuid(), wish.takes(), what);
    }

    private static void match(Wish now, @Nullable String ifMatch) {
        String bare = Long.toString(now.generation());
        IfMatch.check(ifMatch, "The workload is at generation %s by now.".formatted(bare), now.etag(), bare);
    }
}
