package dev.berth.gateway.edge;

import dev.berth.schema.id.AccountId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.HandlerMapping;

/** What the audit log says of a call, read from the call and its answer; and whether it was said already. */
final class AuditedCall {
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    /** Parts of paths that are secrets. */
    private static final Set<String> SECRET = Set.of("secret", "token");

    private static final Pattern ID = Pattern.compile("[a-z]{2,6}_[0-9a-hjkmnp-tv-z]{26}");
    private static final String WRITTEN = AuditedCall.class.getName() + ".written";
    private static final String OPEN = AuditedCall.class.getName() + ".open";
    private static final String OF_ACCOUNTS = "/operator/v1/accounts/{id}";

    private AuditedCall() {}

    static boolean isWrite(HttpServletRequest request) {
        return !READS.contains(request.getMethod());
    }

    /** What is to be said; empty for callers that have no log: those whom nobody knows. */
    static Optional<Audited> of(HttpServletRequest request, @Nullable HttpServletResponse response, int status) {
        RequestContext context = RequestContext.find(request);
        Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        if (context == null || pattern == null) {
            return Optional.empty();
        }
        boolean customers = context.principal() instanceof Principal.Customer;
        if (!customers && !(context.principal() instanceof Principal.Operator)) {
            return Optional.empty();
        }
        Principal.Customer customer = customers ? (Principal.Customer) context.principal() : null;
        return Optional.of(new Audited(
                customer == null ? subjectOf(request, pattern.toString(), status) : customer.account(),
                context.principal().actor(),
                customer == null ? null : customer.user(),
                customer == null ? null : customer.key(),
                context.address(),
                userAgent(request),
                request.getMethod() + " " + pattern,
                subject(request, response),
                status,
                Objects.requireNonNullElse((String) request.getAttribute(ProblemWriter.CODE), ""),
                context.operation().toString()));
    }

    /** The account whose log has what the operator did to it; null for what concerns none. */
    private static @Nullable AccountId subjectOf(HttpServletRequest request, String pattern, int status) {
        String id = pattern.startsWith(OF_ACCOUNTS) && status < 400
                ? variables(request).get("id")
                : null;
        return id == null ? null : GivenId.read(id, AccountId::parse).orElse(null);
    }

    static String userAgent(HttpServletRequest request) {
        return Objects.requireNonNullElse(request.getHeader(HttpHeaders.USER_AGENT), "");
    }

    private static String subject(HttpServletRequest request, @Nullable HttpServletResponse response) {
        List<String> subjects = new ArrayList<>();
        variables(request).forEach((name, value) -> {
            if (!SECRET.contains(name)) {
                subjects.add(value);
            }
        });
        String location = response == null ? null : response.getHeader(HttpHeaders.LOCATION);
        if (location != null) {
            String last = location.substring(location.lastIndexOf('/') + 1);
            if (ID.matcher(last).matches() && !subjects.contains(last)) {
                subjects.add(last);
            }
        }
        return String.join(" ", subjects);
    }

    private static Map<String, String> variables(HttpServletRequest request) {
        return request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> found
                ? asTexts(found)
                : Map.of();
    }

    private static Map<String, String> asTexts(Map<?, ?> variables) {
        Map<String, String> texts = new java.util.LinkedHashMap<>();
        variables.forEach((name, value) -> texts.put(String.valueOf(name), String.valueOf(value)));
        return texts;
    }

    static void written(HttpServletRequest request) {
        request.setAttribute(WRITTEN, WRITTEN);
    }

    static boolean isWritten(HttpServletRequest request) {
        return request.getAttribute(WRITTEN) != null;
    }

    /** Says that what this thread commits from now on is the effect of the request. */
    static void effectBegins(HttpServletRequest request) {
        request.setAttribute(OPEN, OPEN);
    }

    /** Says that it is no longer. */
    static void effectEnds(HttpServletRequest request) {
        request.removeAttribute(OPEN);
    }

    /** The request whose effect this thread commits, if it was not written down yet. */
    static Optional<HttpServletRequest> effect() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes call
                        && call.getRequest().getAttribute(OPEN) != null
                        && !isWritten(call.getRequest())
                ? Optional.of(call.getRequest())
                : Optional.empty();
    }
}
