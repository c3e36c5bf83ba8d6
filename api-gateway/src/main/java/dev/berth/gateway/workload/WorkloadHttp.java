package dev.berth.gateway.workload;

import dev.berth.gateway.edge.Accepted;
import dev.berth.gateway.edge.ChangesNothing;
import dev.berth.gateway.edge.OwnTransaction;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.Cause;
import dev.berth.schema.id.WorkloadId;
import io.swagger.v3.oas.annotations.Parameter;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Workloads over HTTP. */
@RestController
class WorkloadHttp {
    /** A size by name. */
    record SizeView(String name, int cpuMillis, int memoryMib) {}

    private final Workloads workloads;
    private final Fetching fetching;

    WorkloadHttp(Workloads workloads, Fetching fetching) {
        this.workloads = workloads;
        this.fetching = fetching;
    }

    @Requires.Open
    @GetMapping("/v1/sizes")
    Page<SizeView> sizes() {
        return new Page<>(
                Arrays.stream(Size.values())
                        .map(size -> new SizeView(size.text(), size.cpuMillis(), size.memoryMib()))
                        .toList(),
                null);
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PostMapping(path = "/v1/workloads", params = "!dry_run")
    ResponseEntity<WorkloadView> create(
            @RequestBody WorkloadRequest request, Principal.Customer customer, Cause cause) {
        return accepted(workloads.create(customer.account(), request, cause));
    }

    @Requires(Scope.WORKLOADS_READ)
    @OwnTransaction
    @ChangesNothing
    @PostMapping(path = "/v1/workloads", params = "dry_run=true")
    Quote quote(@RequestBody WorkloadRequest request, Principal.Customer customer, RequestContext context) {
        return workloads.quote(customer.account(), request, context);
    }

    @Requires(Scope.WORKLOADS_READ)
    @GetMapping("/v1/workloads")
    Page<WorkloadView> list(
            @Parameter(description = "Only the one of this name.") @RequestParam(required = false) @Nullable
                    String name,
            @Parameter(description = "Only those whose names begin so.")
                    @RequestParam(name = "name_prefix", required = false)
                    @Nullable
                    String namePrefix,
            @Parameter(description = "Only `service`, `job`, `cron` or `machine`.")
                    @RequestParam(required = false)
                    @Nullable
                    String kind,
            @Parameter(
                            description =
                                    "Only those that are to be `running`, `stopped` or were `removed`; without it all but removed ones.")
                    @RequestParam(required = false)
                    @Nullable
                    String state,
            @Parameter(description = "Only those with this label, `key` or `key:value`.")
                    @RequestParam(required = false)
                    @Nullable
                    String label,
            @Parameter(
                            description =
                                    "`created_at` or `name`, with `-` before it the other way round; `-created_at` if not given.")
                    @RequestParam(required = false)
                    @Nullable
                    String sort,
            Principal.Customer customer,
            Paging paging) {
        Workloads.Filter filter = new Workloads.Filter(name, namePrefix, kind, state, label);
        return workloads.list(customer.account(), filter, WorkloadOrder.of(sort), paging);
    }

    @Requires(Scope.WORKLOADS_READ)
    @GetMapping("/v1/workloads/{id}")
    WorkloadView get(
            @PathVariable String id,
            Principal.Customer customer,
            RequestContext context,
            HttpServletResponse response) {
        WorkloadId workload = parse(id);
        WorkloadView view = workloads.get(
                customer.account(),
                workload,
                heard -> heard.mayFetch()
                        ? fetching.howFar(workload, context).map(heard::saying).orElse(heard)
                        : heard);
        response.setHeader(HttpHeaders.ETAG, view.etag());
        return view;
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PatchMapping("/v1/workloads/{id}")
    ResponseEntity<WorkloadView> update(
            @PathVariable String id,
            @RequestBody WorkloadRequest request,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(workloads.update(customer.account(), parse(id), request, ifMatch, cause));
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PostMapping("/v1/workloads/{id}/start")
    ResponseEntity<WorkloadView> start(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(workloads.start(customer.account(), parse(id), ifMatch, cause));
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PostMapping("/v1/workloads/{id}/stop")
    ResponseEntity<WorkloadView> stop(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(workloads.stop(customer.account(), parse(id), ifMatch, cause));
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PostMapping("/v1/workloads/{id}/restart")
    ResponseEntity<WorkloadView> restart(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(workloads.restart(customer.account(), parse(id), ifMatch, cause));
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PostMapping("/v1/workloads/{id}/pause")
    ResponseEntity<WorkloadView> pause(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(workloads.pause(customer.account(), parse(id), ifMatch, cause));
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PostMapping("/v1/workloads/{id}/unpause")
    ResponseEntity<WorkloadView> unpause(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(workloads.unpause(customer.account(), parse(id), ifMatch, cause));
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PostMapping("/v1/workloads/{id}/run")
    ResponseEntity<WorkloadView> run(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(workloads.run(customer.account(), parse(id), ifMatch, cause));
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @DeleteMapping("/v1/workloads/{id}")
    ResponseEntity<WorkloadView> delete(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(workloads.delete(customer.account(), parse(id), ifMatch, cause));
    }

    private static WorkloadId parse(String id) {
        return Workloads.parse(id).orElseThrow(() -> Workloads.missing(id));
    }

    static ResponseEntity<WorkloadView> accepted(WorkloadView view) {
        return Accepted.of(view, view.etag(), "/v1/workloads/" + view.id());
    }
}
