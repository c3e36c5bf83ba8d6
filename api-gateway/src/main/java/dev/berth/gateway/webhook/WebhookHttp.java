package dev.berth.gateway.webhook;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.LateTransaction;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.schema.Cause;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
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

/** Webhooks over HTTP; a signing secret is answered when it is made and never again. */
@RestController
class WebhookHttp {
    /**
     * Which to replay.
     *
     * @param since of events that came at or after it
     */
    record ReplayRequest(@Nullable String since) {}

    private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("2200-01-01T00:00:00Z");

    private final Webhooks webhooks;
    private final Deliveries deliveries;

    WebhookHttp(Webhooks webhooks, Deliveries deliveries) {
        this.webhooks = webhooks;
        this.deliveries = deliveries;
    }

    @Requires(Scope.WEBHOOKS_READ)
    @GetMapping("/v1/webhook_endpoints")
    Page<EndpointView> list(Principal.Customer customer) {
        return new Page<>(webhooks.list(customer.account()), null);
    }

    @Requires(Scope.WEBHOOKS_WRITE)
    @PostMapping("/v1/webhook_endpoints")
    ResponseEntity<EndpointView> create(
            @RequestBody EndpointRequest request, Principal.Customer customer, LateTransaction transaction) {
        EndpointView made = webhooks.create(customer, request, transaction::begin);
        return ResponseEntity.created(URI.create("/v1/webhook_endpoints/" + made.id()))
                .eTag(made.etag())
                .body(made);
    }

    @Requires(Scope.WEBHOOKS_READ)
    @GetMapping("/v1/webhook_endpoints/{id}")
    EndpointView get(@PathVariable String id, Principal.Customer customer, HttpServletResponse response) {
        EndpointView view = webhooks.get(customer.account(), Webhooks.parse(id));
        response.setHeader(HttpHeaders.ETAG, view.etag());
        return view;
    }

    @Requires(Scope.WEBHOOKS_WRITE)
    @PatchMapping("/v1/webhook_endpoints/{id}")
    ResponseEntity<EndpointView> change(
            @PathVariable String id,
            @RequestBody EndpointRequest request,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer,
            LateTransaction transaction) {
        EndpointView view = webhooks.change(customer, Webhooks.parse(id), request, ifMatch, transaction::begin);
        return ResponseEntity.ok().eTag(view.etag()).body(view);
    }

    @Requires(Scope.WEBHOOKS_WRITE)
    @DeleteMapping("/v1/webhook_endpoints/{id}")
    ResponseEntity<Void> delete(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer) {
        webhooks.delete(customer.account(), Webhooks.parse(id), ifMatch);
        return ResponseEntity.noContent().build();
    }

    @Requires(Scope.WEBHOOKS_WRITE)
    @PostMapping("/v1/webhook_endpoints/{id}/rotate_secret")
    ResponseEntity<EndpointView> rotate(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal.Customer customer) {
        EndpointView view = webhooks.rotate(customer.account(), Webhooks.parse(id), ifMatch);
        return ResponseEntity.ok().eTag(view.etag()).body(view);
    }

    @Requires(Scope.WEBHOOKS_WRITE)
    @PostMapping("/v1/webhook_endpoints/{id}/test")
    ResponseEntity<DeliveryView> test(@PathVariable String id, Principal.Customer customer, Cause cause) {
        return accepted(deliveries.test(customer.account(), Webhooks.parse(id), cause));
    }

    @Requires(Scope.WEBHOOKS_READ)
    @GetMapping("/v1/webhook_endpoints/{id}/deliveries")
    Page<DeliveryView> deliveries(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String state,
            Principal.Customer customer,
            Paging paging) {
        return deliveries.list(customer.account(), Webhooks.parse(id), state, paging);
    }

    @Requires(Scope.WEBHOOKS_READ)
    @GetMapping("/v1/webhook_endpoints/{id}/deliveries/{delivery}")
    DeliveryView delivery(@PathVariable String id, @PathVariable String delivery, Principal.Customer customer) {
        return deliveries.get(customer, Webhooks.parse(id), delivery);
    }

    @Requires(Scope.WEBHOOKS_WRITE)
    @PostMapping("/v1/webhook_endpoints/{id}/deliveries/{delivery}/replay")
    ResponseEntity<DeliveryView> replay(
            @PathVariable String id, @PathVariable String delivery, Principal.Customer customer) {
        return accepted(deliveries.replay(customer.account(), Webhooks.parse(id), delivery));
    }

    @Requires(Scope.WEBHOOKS_WRITE)
    @PostMapping("/v1/webhook_endpoints/{id}/replay")
    ResponseEntity<Deliveries.Replayed> replaySince(
            @PathVariable String id, @RequestBody ReplayRequest request, Principal.Customer customer) {
        return ResponseEntity.accepted()
                .body(deliveries.replaySince(customer.account(), Webhooks.parse(id), since(request.since())));
    }

    private static Instant since(@Nullable String text) {
        try {
            Instant since = Instant.parse(text == null ? "" : text);
            if (!since.isBefore(FIRST) && since.isBefore(LAST)) {
                return since;
            }
        } catch (DateTimeException e) {
            throw notAnInstant().because(e);
        }
        throw notAnInstant();
    }

    private static Refusal notAnInstant() {
        return Refusal.of(ErrorCode.INVALID, "since is no instant.")
                .field("since", "is required: a time such as 2026-11-22T08:00:00Z");
    }

    private static ResponseEntity<DeliveryView> accepted(DeliveryView view) {
        return ResponseEntity.accepted()
                .location(URI.create("/v1/webhook_endpoints/%s/deliveries/%s".formatted(view.endpoint(), view.id())))
                .body(view);
    }
}
