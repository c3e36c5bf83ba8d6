package dev.berth.gateway.edge;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Finds out who calls and counts the call. A request with an Authorization header is judged by that alone: its cookies are not
 * even read. A wrong key is refused everywhere, also on open routes; a wrong cookie is as good as none. Who is known is counted by
 * account and key, nobody known by address.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 30)
class CallerFilter extends OncePerRequestFilter {
    private static final String BEARER = "bearer ";

    private final Credentials credentials;
    private final SessionCookie cookie;
    private final Csrf csrf;
    private final RateLimits limits;
    private final EdgeProperties properties;
    private final Operators operators;

    CallerFilter(
            Credentials credentials,
            SessionCookie cookie,
            Csrf csrf,
            RateLimits limits,
            EdgeProperties properties,
            Operators operators) {
        this.operators = operators;
        this.credentials = credentials;
        this.cookie = cookie;
        this.csrf = csrf;
        this.limits = limits;
        this.properties = properties;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.equals("/healthz") || path.equals("/readyz");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            admit(request, response);
        } catch (RuntimeException refused) {
            RequestContext.refuse(request, refused);
        }
        try {
            chain.doFilter(request, response);
        } finally {
            MDC.remove("account");
        }
    }

    private void admit(HttpServletRequest request, HttpServletResponse response) {
        RequestContext context = RequestContext.of(request);
        Optional<? extends Principal> known = principal(request);
        if (known.orElse(null) instanceof Principal.Customer customer) {
            MDC.put("account", customer.account().toString());
            count(response, "account:" + customer.account(), properties.rates().account());
            count(response, "key:" + customer.actor(), properties.rates().key());
        } else if (known.orElse(null) instanceof Principal.Operator operator && operator.key() != null) {
            count(response, "key:" + operator.actor(), properties.rates().key());
        } else if (known.isEmpty()) {
            count(response, "address:" + context.address(), properties.rates().address());
            if (request.getHeader(HttpHeaders.AUTHORIZATION) != null) {
                throw Refusal.of(ErrorCode.UNAUTHENTICATED, "The key is not known, or was deleted.")
                        .hint("Send 'Authorization: Bearer berth_sk_…' with a key that is listed at /v1/api_keys.");
            }
        }
        csrf.check(request, known.isPresent());
        known.ifPresent(principal -> context.as(principal).attach(request));
    }

    /** Who has the key or the session of a request; empty for nobody and for a key or a session that is not known. */
    private Optional<? extends Principal> principal(HttpServletRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization == null) {
            return Optional.ofNullable(cookie.read(request)).flatMap(credentials::ofSession);
        }
        if (!authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return Optional.empty();
        }
        String key = authorization.substring(BEARER.length()).strip();
        return key.startsWith(Operators.PREFIX) ? operators.of(key) : credentials.ofApiKey(key);
    }

    private void count(HttpServletResponse response, String bucket, EdgeProperties.Rate rate) {
        RateLimits.Verdict verdict = limits.take(bucket, rate);
        RateLimits.tell(response, bucket.substring(0, bucket.indexOf(':')), rate, verdict);
        if (!verdict.allowed()) {
            throw Refusal.of(
                            ErrorCode.RATE_LIMITED,
                            "More than %d requests at once, and %s each second after that."
                                    .formatted(rate.burst(), rate.perSecond()))
                    .retryAfter(verdict.retryAfter());
        }
    }
}
