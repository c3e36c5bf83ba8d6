package dev.berth.gateway.edge;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Writes into the audit log what was refused to a known caller (402, 403; of reads too) and writes that broke (5xx). What cannot be
 * written down then is logged: the answer has been given. Other refusals (a wrong field, a stale tag, too many requests) are no
 * attempts at anything.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 35)
class AuditFilter extends OncePerRequestFilter {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFilter.class);

    private final AuditTrail trail;

    AuditFilter(AuditTrail trail) {
        this.trail = trail;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(request, response);
        int status = response.getStatus();
        boolean tells = status == 402 || status == 403 || (status >= 500 && AuditedCall.isWrite(request));
        if (!tells || request.isAsyncStarted()) {
            return;
        }
        try {
            AuditedCall.of(request, null, status).ifPresent(trail::append);
        } catch (RuntimeException e) {
            LOG.error("A refusal could not be written into the audit log", e);
        }
    }
}
