package dev.berth.metering.edge;

import dev.berth.schema.wire.Identity;
import dev.berth.schema.wire.IdentitySigner;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets nobody pass to {@code /internal} whom the gateway did not sign for. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
class IdentityFilter extends OncePerRequestFilter {
    private final IdentitySigner signer;

    IdentityFilter(IdentitySigner signer) {
        this.signer = signer;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.equals("/healthz") || path.equals("/readyz");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String token = request.getHeader(Identity.HEADER);
        Optional<Identity> identity = token == null ? Optional.empty() : signer.verify(token);
        if (identity.isEmpty()) {
            Refusal refusal = new Refusal(
                    ErrorCode.UNAUTHENTICATED, "The header %s is missing or does not hold.".formatted(Identity.HEADER));
            Problems.write(refusal, refusal, request, response);
            return;
        }
        request.setAttribute(Caller.ATTRIBUTE, new Caller(identity.get()));
        chain.doFilter(request, response);
    }
}
