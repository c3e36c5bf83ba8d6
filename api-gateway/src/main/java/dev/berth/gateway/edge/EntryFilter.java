package dev.berth.gateway.edge;

import dev.berth.schema.id.OperationId;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** The first filter: names the request, sends the security headers, and answers what no handler caught. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 20)
class EntryFilter extends OncePerRequestFilter {
    private static final Logger LOG = LoggerFactory.getLogger(EntryFilter.class);
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{7,63}");
    private static final Pattern TRACEPARENT = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private final InstantSource clock;
    private final ProblemWriter problems;
    private final Optional<Tracer> tracer;

    EntryFilter(InstantSource clock, ProblemWriter problems, Optional<Tracer> tracer) {
        this.clock = clock;
        this.problems = problems;
        this.tracer = tracer;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        OperationId operation = OperationId.next();
        String requestId = matching(request.getHeader("X-Request-Id"), REQUEST_ID);
        if (requestId == null) {
            requestId = "req" + operation.toString().substring(OperationId.PREFIX.length());
        }
        new RequestContext(
                        requestId,
                        operation,
                        new Principal.Anonymous(),
                        request.getRemoteAddr(),
                        clock.instant(),
                        traceparent(request),
                        null)
                .attach(request);
        response.setHeader("X-Request-Id", requestId);
        secure(response);
        MDC.put("request", requestId);
        try {
            chain.doFilter(request, response);
        } catch (Refusal refusal) {
            problems.write(request, response, refusal.problem());
        } catch (RuntimeException | ServletException e) {
            LOG.error("A request broke outside of its handler", e);
            problems.write(
                    request,
                    response,
                    Refusal.of(ErrorCode.INTERNAL, "Nothing was changed.").problem());
        } finally {
            MDC.remove("request");
        }
    }

    /** The span of this request, or where there are no spans the trace that the caller named. */
    private @Nullable String traceparent(HttpServletRequest request) {
        Span span = tracer.map(Tracer::currentSpan).orElse(null);
        if (span == null) {
            return matching(request.getHeader("traceparent"), TRACEPARENT);
        }
        TraceContext trace = span.context();
        String flags = Boolean.TRUE.equals(trace.sampled()) ? "01" : "00";
        return matching("00-%s-%s-%s".formatted(trace.traceId(), trace.spanId(), flags), TRACEPARENT);
    }

    private static void secure(HttpServletResponse response) {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "same-origin");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        response.setHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
        response.setHeader(
                "Content-Security-Policy",
                "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
                        + "form-action 'self'; frame-ancestors 'none'");
        response.setHeader("Cache-Control", "no-store");
    }

    private static @Nullable String matching(@Nullable String text, Pattern pattern) {
        return text != null && pattern.matcher(text).matches() ? text : null;
    }
}
