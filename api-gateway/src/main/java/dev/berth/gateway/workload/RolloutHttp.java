package dev.berth.gateway.workload;

import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.Cause;
import dev.berth.schema.id.WorkloadId;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Revisions and rollouts over HTTP. */
@RestController
class RolloutHttp {
    /**
     * Where to go back to.
     *
     * @param revision null for the one before the present one
     */
    record RollBackRequest(@Nullable Long revision) {}

    private final Workloads workloads;

    RolloutHttp(Workloads workloads) {
        this.workloads = workloads;
    }

    @Requires(Scope.WORKLOADS_READ)
    @GetMapping("/v1/workloads/{id}/revisions")
    Page<RevisionView> revisions(@PathVariable String id, Principal.Customer customer) {
        return new Page<>(workloads.revisions(customer.account(), parse(id)), null);
    }

    @Requires(Scope.WORKLOADS_READ)
    @GetMapping("/v1/workloads/{id}/runs")
    Page<RunView> runs(@PathVariable String id, Principal.Customer customer) {
        return new Page<>(workloads.runs(customer.account(), parse(id)), null);
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PostMapping("/v1/workloads/{id}/rollback")
    ResponseEntity<WorkloadView> rollBack(
            @PathVariable String id,
            @RequestBody(required = false) @Nullable RollBackRequest request,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        Long revision = request == null ? null : request.revision();
        return accepted(workloads.rollBack(customer.account(), parse(id), revision, ifMatch, cause));
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PostMapping("/v1/workloads/{id}/rollout/promote")
    ResponseEntity<WorkloadView> promote(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(workloads.promote(customer.account(), parse(id), ifMatch, cause));
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PostMapping("/v1/workloads/{id}/rollout/abort")
    ResponseEntity<WorkloadView> abort(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(workloads.abort(customer.account(), parse(id), ifMatch, cause));
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PostMapping("/v1/workloads/{id}/rollout/pause")
    ResponseEntity<WorkloadView> pause(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(workloads.pauseRollout(customer.account(), parse(id), ifMatch, cause));
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PostMapping("/v1/workloads/{id}/rollout/resume")
    ResponseEntity<WorkloadView> resume(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(workloads.resumeRollout(customer.account(), parse(id), ifMatch, cause));
    }

    private static WorkloadId parse(String id) {
        return Workloads.parse(id).orElseThrow(() -> Workloads.missing(id));
    }

    private static ResponseEntity<WorkloadView> accepted(WorkloadView view) {
        return WorkloadHttp.accepted(view);
    }
}
