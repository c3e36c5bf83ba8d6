package dev.berth.gateway.workload;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.operation.OperationStep;
import dev.berth.gateway.operation.OperationSubject;
import dev.berth.gateway.operation.Verdict;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/** Changes of workloads as operations. */
@Component
class WorkloadOperations implements OperationSubject {
    private final DSLContext dsl;
    private final WorkloadRepository repository;
    private final Observations observations;
    private final Workloads workloads;

    WorkloadOperations(DSLContext dsl, WorkloadRepository repository, Observations observations, Workloads workloads) {
        this.dsl = dsl;
        this.repository = repository;
        this.observations = observations;
        this.workloads = workloads;
    }

    @Override
    public String kind() {
        return "workload";
    }

    @Override
    public Scope read() {
        return Scope.WORKLOADS_READ;
    }

    @Override
    public Scope write() {
        return Scope.WORKLOADS_WRITE;
    }

    @Override
    public Map<String, Verdict> look(Collection<OperationStep> steps) {
        // What is observed is read first: a wish that is newer than that ends nothing too early.
        Map<WorkloadId, Observed> seen = observations.of(
                steps.stream().map(step -> WorkloadId.parse(step.subject())).toList());
        Map<WorkloadId, Wish> wishes =
                repository.all(dsl, seen.keySet()).stream().collect(Collectors.toMap(Wish::id, wish -> wish));
        Map<String, Verdict> verdicts = new HashMap<>();
        for (OperationStep step : steps) {
            WorkloadId id = WorkloadId.parse(step.subject());
            Wish wish = wishes.get(id);
            Observed observed = seen.get(id);
            if (wish != null && observed != null) {
                verdicts.put(step.subject(), Progress.of(step, wish, observed));
            }
        }
        return verdicts;
    }

    @Override
    public void cancel(AccountId account, OperationStep step, Cause cause) {
        WorkloadId id = WorkloadId.parse(step.subject());
        WorkloadView _ = switch (step.action()) {
            case "create" -> workloads.delete(account, id, null, cause);
            case "start", "run" -> workloads.stop(account, id, null, cause);
            case "stop" -> workloads.start(account, id, null, cause);
            case "pause" -> workloads.unpause(account, id, null, cause);
            case "unpause" -> workloads.pause(account, id, null, cause);
            case "deploy", "rollback" ->
                workloads.rollBack(
                        account,
                        id,
                        ((Number) Objects.requireNonNull(step.undo().get("revision"))).longValue(),
                        null,
                        cause);
            case "scale", "resize" -> workloads.update(account, id, WorkloadRequest.of(step.undo()), null, cause);
            default -> throw refuse(step, "cancelled", "Make the change that is wanted instead.");
        };
    }

    @Override
    public void retry(AccountId account, OperationStep step, Cause cause) {
        WorkloadId id = WorkloadId.parse(step.subject());
        WorkloadView now = workloads.get(account, id);
        if (!now.desired().state().equals("running")) {
            throw refuse(
                    step,
                    "retried",
                    "The workload is %s by now.".formatted(now.desired().state()));
        }
        WorkloadView _ = switch (now.kind()) {
            case JOB, CRON -> workloads.run(account, id, null, cause);
            case SERVICE, MACHINE -> workloads.restart(account, id, null, cause);
        };
    }

    private static Refusal refuse(OperationStep step, String what, String hint) {
        return Refusal.of(ErrorCode.CONFLICT, "'%s' cannot be %s.".formatted(step.verb(), what))
                .hint(hint);
    }
}
