package dev.berth.gateway.stack;

import dev.berth.gateway.edge.Accepted;
import dev.berth.gateway.edge.ChangesNothing;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.Cause;
import dev.berth.schema.id.StackId;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Stacks over HTTP. */
@RestController
class StackHttp {
    private static final String YAML = "application/yaml;charset=UTF-8"; // RFC 9512

    private final Stacks stacks;

    StackHttp(Stacks stacks) {
        this.stacks = stacks;
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PostMapping(path = "/v1/stacks", params = "!dry_run")
    ResponseEntity<StackView> create(@RequestBody StackRequest request, Principal.Customer customer, Cause cause) {
        return accepted(stacks.create(customer, request, cause));
    }

    @Requires(Scope.WORKLOADS_READ)
    @ChangesNothing
    @PostMapping(path = "/v1/stacks", params = "dry_run=true")
    StackPlan plan(@RequestBody StackRequest request, Principal.Customer customer) {
        return stacks.plan(request);
    }

    @Requires(Scope.WORKLOADS_READ)
    @GetMapping("/v1/stacks")
    Page<StackView> list(Principal.Customer customer, Paging paging) {
        return stacks.list(customer.account(), paging);
    }

    @Requires(Scope.WORKLOADS_READ)
    @GetMapping("/v1/stacks/{id}")
    StackView get(@PathVariable String id, Principal.Customer customer, HttpServletResponse response) {
        StackView view = stacks.get(customer.account(), parse(id));
        response.setHeader(HttpHeaders.ETAG, view.etag());
        return view;
    }

    @Requires(Scope.WORKLOADS_READ)
    @GetMapping(path = "/v1/stacks/{id}/compose", produces = YAML)
    String export(@PathVariable String id, Principal.Customer customer) {
        return stacks.export(customer.account(), parse(id));
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PutMapping("/v1/stacks/{id}")
    ResponseEntity<StackView> replace(
            @PathVariable String id,
            @RequestBody StackRequest request,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(stacks.replace(customer, parse(id), request, ifMatch, cause));
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PostMapping("/v1/stacks/{id}/start")
    ResponseEntity<StackView> start(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(stacks.step(customer.account(), parse(id), Stacks.Step.START, ifMatch, cause));
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PostMapping("/v1/stacks/{id}/stop")
    ResponseEntity<StackView> stop(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        return accepted(stacks.step(customer.account(), parse(id), Stacks.Step.STOP, ifMatch, cause));
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @DeleteMapping("/v1/stacks/{id}")
    ResponseEntity<Void> delete(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            Cause cause) {
        stacks.delete(customer.account(), parse(id), ifMatch, cause);
        return ResponseEntity.noContent().build();
    }

    private static StackId parse(String id) {
        return Stacks.parse(id).orElseThrow(() -> Stacks.missing(id));
    }

    private static ResponseEntity<StackView> accepted(StackView view) {
        return Accepted.of(view, view.etag(), "/v1/stacks/" + view.id());
    }
}
