package dev.berth.gateway.volume;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.operation.OperationStep;
import dev.berth.gateway.operation.OperationSubject;
import dev.berth.gateway.operation.Verdict;
import dev.berth.gateway.volume.VolumeObservations.Seen;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Changes of volumes as operations. */
@Component
class VolumeOperations implements OperationSubject {
    private final VolumeObservations observations;
    private final Volumes volumes;

    VolumeOperations(VolumeObservations observations, Volumes volumes) {
        this.observations = observations;
        this.volumes = volumes;
    }

    @Override
    public String kind() {
        return "volume";
    }

    @Override
    public Scope read() {
        return Scope.VOLUMES_READ;
    }

    @Override
    public Scope write() {
        return Scope.VOLUMES_WRITE;
    }

    @Override
    public Map<String, Verdict> look(Collection<OperationStep> steps) {
        Map<VolumeId, Seen> seen = observations.of(
                steps.stream().map(step -> VolumeId.parse(step.subject())).toList());
        Map<String, Verdict> verdicts = new HashMap<>();
        for (OperationStep step : steps) {
            Seen there = seen.get(VolumeId.parse(step.subject()));
            if (there != null) {
                verdicts.put(step.subject(), verdict(step, there));
            }
        }
        return verdicts;
    }

    /** Pure. What failed is tried again, but not as long as a caller would wait; so it has failed for this operation. */
    static Verdict verdict(OperationStep step, Seen seen) {
        if (seen.state().equals("destroyed")) {
            return step.action().equals("purge") ? Verdict.done() : Verdict.failed("its data was destroyed");
        }
        if (seen.generation() >= step.generation() && !step.action().equals("purge")) {
            return Verdict.done();
        }
        return seen.failedGeneration() >= step.generation() && seen.code() != null
                ? Verdict.failed(seen.message())
                : Verdict.goesOn(null);
    }

    @Override
    public void cancel(AccountId account, OperationStep step, Cause cause) {
        VolumeId id = VolumeId.parse(step.subject());
        VolumeView _ = switch (step.action()) {
            case "create" -> volumes.delete(account, id, false, null, cause);
            case "delete" -> volumes.undelete(account, id, null, cause);
            case "undelete" -> volumes.delete(account, id, false, null, cause);
            default ->
                throw Refusal.of(ErrorCode.CONFLICT, "'%s' cannot be cancelled.".formatted(step.verb()))
                        .hint("Make the change that is wanted instead.");
        };
    }

    @Override
    public void retry(AccountId account, OperationStep step, Cause cause) {
        throw Refusal.of(ErrorCode.CONFLICT, "Volumes are not retried by hand.")
                .hint("Berth tries a wish for a volume again by itself; GET /v1/volumes/%s says how it is."
                        .formatted(step.subject()));
    }
}
