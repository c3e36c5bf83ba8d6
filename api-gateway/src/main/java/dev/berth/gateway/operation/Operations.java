package dev.berth.gateway.operation;

import dev.berth.gateway.edge.Cursor;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.Cause;
import dev.berth.schema.id.OperationId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What is asked of operations, and what becomes of them. Callers see those of the kinds of things that they may read. Refusals are
 * {@link Refusal}: 403, 404, 409 cannot be cancelled or retried, 422. Thread-safe.
 */
@Service
public class Operations {
    /** How many steps that go on one look takes; those whose deadline is nearest. */
    private static final int AT_ONCE = 1000;

    private static final int FORGET_AT_ONCE = 1000;
    private static final Duration RETENTION = Duration.ofDays(90);

    private final DSLContext dsl;
    private final TransactionTemplate transaction;
    private final OperationRepository repository;
    private final Map<String, OperationSubject> subjects;
    private final InstantSource clock;

    Operations(
            DSLContext dsl,
            PlatformTransactionManager transactions,
            OperationRepository repository,
            List<OperationSubject> subjects,
            InstantSource clock) {
        this.dsl = dsl;
        this.transaction = new TransactionTemplate(transactions);
        this.repository = repository;
        this.subjects = subjects.stream().collect(Collectors.toMap(OperationSubject::kind, subject -> subject));
        this.clock = clock;
    }

    /** Newest first. */
    public Page<OperationView> list(
            Principal.Customer caller, @Nullable String state, @Nullable String subject, Paging paging) {
        List<String> kinds = subjects.values().stream()
                .filter(one -> caller.may(one.read()))
                .map(OperationSubject::kind)
                .toList();
        OperationState asked = state == null ? null : OperationState.asked(state);
        Cursor cursor = paging.after();
        OperationId before = cursor == null ? null : parse(cursor.position()).orElseThrow(Cursor::foreign);
        return Page.of(
                repository.list(
                        dsl, caller.account(), new OperationRepository.Filter(kinds, asked, subject), before, paging),
                paging.limit(),
                view -> view.id().toString());
    }

    /** One operation. */
    public OperationView get(Principal.Customer caller, OperationId id) {
        return repository
                .find(dsl, caller.account(), id)
                .filter(view ->
                        caller.may(subject(OperationStep.kind(view.verb())).read()))
                .orElseThrow(() -> missing(id.toString()));
    }

    /** Takes back what goes on of it; what is done already stays. */
    public OperationView cancel(Principal.Customer caller, OperationId id, Cause cause) {
        OperationView now = get(caller, id);
        if (now.state().isOver()) {
            throw Refusal.of(
                            ErrorCode.CONFLICT,
                            "The operation has ended: %s.".formatted(now.state().text()))
                    .hint("Only one that runs can be cancelled.");
        }
        transaction.executeWithoutResult(_ -> {
            List<OperationStep> running = steps(caller, id, List.of(OperationState.RUNNING));
            running.forEach(step -> subject(step.kind()).cancel(caller.account(), step, cause));
            Verdict verdict = new Verdict(OperationState.CANCELLED, "cancelled by %s".formatted(cause.actor()));
            for (OperationStep step : running) {
                repository.end(dsl, step, verdict, clock.instant());
            }
        });
        return get(caller, id);
    }

    /** Does again what did not succeed of it, as an operation of its own, which is answered. */
    public OperationView retry(Principal.Customer caller, OperationId id, Cause cause) {
        OperationView now = get(caller, id);
        List<OperationState> undone =
                List.of(OperationState.FAILED, OperationState.TIMED_OUT, OperationState.CANCELLED);
        if (!undone.contains(now.state())) {
            throw Refusal.of(
                            ErrorCode.CONFLICT,
                            "The operation cannot be retried: it is %s."
                                    .formatted(now.state().text()))
                    .hint("Only one that failed, timed out or was cancelled can be.");
        }
        OperationId again = OperationId.parse(cause.operation());
        transaction.executeWithoutResult(_ -> {
            steps(caller, id, undone).forEach(step -> subject(step.kind()).retry(caller.account(), step, cause));
            if (!repository.repeats(dsl, again, id)) {
                throw Refusal.of(
                        ErrorCode.CONFLICT, "There is nothing to do again: things are as they were asked for.");
            }
        });
        return get(caller, again);
    }

    /** Whether a caller may cancel an operation and retry it, if its state allows that. */
    public boolean mayChange(Principal.Customer caller, OperationView operation) {
        return operation.steps().stream()
                .allMatch(step ->
                        caller.may(subject(OperationStep.kind(step.verb())).write()));
    }

    private List<OperationStep> steps(Principal.Customer caller, OperationId id, List<OperationState> states) {
        List<OperationStep> steps = repository.steps(dsl, id).stream()
                .filter(step -> states.contains(step.state()))
                .toList();
        for (OperationStep step : steps) {
            caller.need(subject(step.kind()).write(), "The operation '%s'".formatted(step.verb()));
        }
        return steps;
    }

    private OperationSubject subject(String kind) {
        return Objects.requireNonNull(subjects.get(kind), kind);
    }

    /** Looks at all that goes on: what is through ends, and what is late is ended. Any number of replicas may do it. */
    void settle(Instant now) {
        Map<String, List<OperationStep>> byKind =
                repository.running(dsl, AT_ONCE).stream().collect(Collectors.groupingBy(OperationStep::kind));
        byKind.forEach((kind, steps) -> {
            Map<String, Verdict> verdicts = subject(kind).look(steps);
            for (OperationStep step : steps) {
                Verdict verdict = verdicts.getOrDefault(step.subject(), Verdict.goesOn(null));
                settle(step, verdict.state().isOver() ? verdict : onTime(step, verdict, now), now);
            }
        });
    }

    private static Verdict onTime(OperationStep step, Verdict verdict, Instant now) {
        if (now.isBefore(step.deadlineAt())) {
            return verdict;
        }
        String why = verdict.message() == null ? "" : ": " + verdict.message();
        return new Verdict(
                OperationState.TIMED_OUT,
                "it was not through by %s%s; Berth goes on with what is wished".formatted(step.deadlineAt(), why));
    }

    private void settle(OperationStep step, Verdict verdict, Instant now) {
        if (verdict.state().isOver()) {
            transaction.executeWithoutResult(_ -> repository.end(dsl, step, verdict, now));
        } else if (!Objects.equals(verdict.message(), step.message())) {
            repository.say(dsl, step, verdict.message());
        }
    }

    /** Deletes what ended long ago, a little at a time. */
    void forget(Instant now) {
        int rows;
        do {
            rows = repository.forget(dsl, now.minus(RETENTION), FORGET_AT_ONCE);
        } while (rows >= FORGET_AT_ONCE);
    }

    /** Reads an id; empty for what is none. */
    public static Optional<OperationId> parse(String id) {
        return GivenId.read(id, OperationId::parse);
    }

    /** The refusal for an operation that is not there, or another account's. */
    public static Refusal missing(String id) {
        return Refusal.notFound("operation", id);
    }
}
