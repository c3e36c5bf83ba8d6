package dev.berth.gateway.trigger;

import dev.berth.gateway.edge.Accepted;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Page;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.workload.Workloads;
import dev.berth.schema.Cause;
import dev.berth.schema.id.TriggerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Json;
import java.math.BigInteger;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Triggers over HTTP. A call needs nothing but its URL; it is told what was done, and nothing else of the workload. */
@RestController
class TriggerHttp {
    /**
     * What a call did.
     *
     * @param changed whether there was anything to do
     * @param operation what the change can be followed by, null where nothing was changed
     */
    record Called(
            TriggerId trigger,
            TriggerAction action,
            WorkloadId workload,
            int replicas,
            boolean changed,
            @Nullable String operation) {}

    private final Triggers triggers;

    TriggerHttp(Triggers triggers) {
        this.triggers = triggers;
    }

    @Requires(Scope.WORKLOADS_READ)
    @GetMapping("/v1/workloads/{id}/triggers")
    Page<TriggerView> list(@PathVariable String id, Principal.Customer customer) {
        return new Page<>(triggers.list(customer.account(), workload(id)), null);
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @PostMapping("/v1/workloads/{id}/triggers")
    ResponseEntity<TriggerView> make(
            @PathVariable String id, @RequestBody TriggerRequest request, Principal.Customer customer, Cause cause) {
        String origin =
                ServletUriComponentsBuilder.fromCurrentContextPath().build().toUriString();
        TriggerView made = triggers.make(customer.account(), workload(id), request, origin, cause);
        return ResponseEntity.created(URI.create("/v1/workloads/%s/triggers".formatted(made.workload())))
                .body(made);
    }

    @Requires(Scope.WORKLOADS_WRITE)
    @DeleteMapping("/v1/workloads/{id}/triggers/{trigger}")
    ResponseEntity<Void> delete(@PathVariable String id, @PathVariable String trigger, Principal.Customer customer) {
        triggers.delete(customer.account(), workload(id), trigger);
        return ResponseEntity.noContent().build();
    }

    @Requires.Open
    @PostMapping("/v1/triggers/{secret}")
    ResponseEntity<Called> call(
            @PathVariable String secret,
            @RequestParam(required = false) @Nullable String replicas,
            @RequestParam(required = false) @Nullable String step,
            @RequestBody(required = false) byte @Nullable [] body,
            RequestContext call) {
        TriggerRules.Asked asked = replicas == null && step == null
                ? asked(body)
                : new TriggerRules.Asked(number("replicas", replicas), number("step", step));
        Triggers.Fired fired = triggers.fire(secret, asked, call);
        boolean changed = fired.after().generation() != fired.before().generation();
        Called answer = new Called(
                fired.trigger().id(),
                fired.trigger().does().action(),
                fired.trigger().workload(),
                fired.after().replicas(),
                changed,
                changed ? call.operation().toString() : null);
        ResponseEntity.BodyBuilder built = ResponseEntity.status(changed ? HttpStatus.ACCEPTED : HttpStatus.OK);
        if (changed) {
            built.header(Accepted.OPERATION, call.operation().toString());
        }
        return built.body(answer);
    }

    /** What a JSON object says of the number. Other bodies, which registries and forges send of their own, say nothing. */
    private static TriggerRules.Asked asked(byte @Nullable [] body) {
        if (body == null || body.length == 0) {
            return TriggerRules.Asked.NOTHING;
        }
        try {
            JsonNode json = Json.mapper().readTree(body);
            return new TriggerRules.Asked(
                    number("replicas", text(json.path("replicas"))), number("step", text(json.path("step"))));
        } catch (JacksonException e) {
            return TriggerRules.Asked.NOTHING;
        }
    }

    private static @Nullable String text(JsonNode member) {
        return member.isMissingNode() || member.isNull() ? null : member.asString("");
    }

    private static @Nullable BigInteger number(String field, @Nullable String text) {
        if (text == null) {
            return null;
        }
        String digits = text.strip(); // a '+' in a query is read as a blank
        if (!digits.matches("[-+]?[0-9]{1,9}")) {
            throw Refusal.of(ErrorCode.INVALID, "The call cannot be read.").field(field, "must be a whole number");
        }
        return new BigInteger(digits);
    }

    private static WorkloadId workload(String id) {
        return Workloads.parse(id).orElseThrow(() -> Workloads.missing(id));
    }
}
