package dev.berth.gateway.edge;

import dev.berth.schema.Cause;
import dev.berth.schema.id.OperationId;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * What is known of the call in hand. A handler takes it, or its {@link Cause}, as an argument.
 *
 * @param requestId what the caller sees in {@code X-Request-Id} and in every error
 * @param operation the id that travels with every effect of the call
 * @param principal who calls
 * @param address where from
 * @param acceptedAt when the call arrived
 * @param traceparent the W3C trace, where there is one
 * @param effect names the effect of a write that carries an {@code Idempotency-Key}: the same for each repetition of it, another
 *     for another caller or request, and no way back to the key; null for all else
 */
public record RequestContext(
        String requestId,
        OperationId operation,
        Principal principal,
        String address,
        Instant acceptedAt,
        @Nullable String traceparent,
        @Nullable String effect) {
    private static final String ATTRIBUTE = RequestContext.class.getName();
    private static final String REFUSED = ATTRIBUTE + ".refused";

    /** Why the effects of this call happen. */
    public Cause cause() {
        return new Cause(operation.toString(), principal.actor(), acceptedAt, traceparent);
    }

    /** What rates and idempotency keys of this call are counted by. */
    public String caller() {
        return principal.caller(address);
    }

    RequestContext as(Principal other) {
        return new RequestContext(requestId, operation, other, address, acceptedAt, traceparent, effect);
    }

    RequestContext with(IdempotencyKey key) {
        return new RequestContext(requestId, operation, principal, address, acceptedAt, traceparent, key.effect());
    }

    void attach(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /**
     * Refuses a request in a filter. It goes on as nobody's until its handler is known and {@link AccessCheck} throws the reason,
     * so that a page is refused as a page and a call of the API as a problem.
     */
    static void refuse(HttpServletRequest request, RuntimeException reason) {
        of(request).as(new Principal.Anonymous()).attach(request);
        request.setAttribute(REFUSED, reason);
    }

    /** Why a filter refused a request, null if none did. */
    static @Nullable RuntimeException refused(HttpServletRequest request) {
        return (RuntimeException) request.getAttribute(REFUSED);
    }

    /**
     * The context of a request.
     *
     * @throws IllegalStateException outside of a request that passed the edge
     */
    public static RequestContext of(HttpServletRequest request) {
        RequestContext context = find(request);
        if (context == null) {
            throw new IllegalStateException("the request did not pass the edge");
        }
        return context;
    }

    /** The context of the call that this thread answers; empty for what the platform does by itself. */
    public static Optional<RequestContext> current() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes call
                ? Optional.ofNullable(find(call.getRequest()))
                : Optional.empty();
    }

    /** What the caller of the call that this thread answers says it is; empty for none. */
    public static String userAgent() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes call
                ? AuditedCall.userAgent(call.getRequest())
                : "";
    }

    static @Nullable RequestContext find(HttpServletRequest request) {
        return (RequestContext) request.getAttribute(ATTRIBUTE);
    }
}
