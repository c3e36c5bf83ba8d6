package dev.berth.provisioner;

import dev.berth.schema.wire.Identity;
import dev.berth.schema.wire.IdentitySigner;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets nobody into {@code /internal/**} without an identity that the gateway signed. */
@Component
public class IdentityFilter extends OncePerRequestFilter {
    /** The request attribute that holds the {@link Identity}. */
    public static final String IDENTITY = "dev.berth.identity";

    private final IdentitySigner signer;

    public IdentityFilter(IdentitySigner signer) {
        this.signer = signer;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getRequestURI().startsWith("/internal/");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String token = request.getHeader(Identity.HEADER);
        Optional<Identity> identity = token == null ? Optional.empty() : signer.verify(token);
        if (identity.isEmpty()) {
            Problems.write(
                    request, response, ProblemCode.UNAUTHENTICATED, "no valid Berth-Identity came with the call");
            return;
        }
        request.setAttribute(IDENTITY, identity.get());
        chain.doFilter(request, response);
    }
}
