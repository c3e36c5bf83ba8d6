package dev.berth.billing.edge;

import dev.berth.billing.time.AccountTime;
import dev.berth.billing.time.Whose;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.OperationId;
import dev.berth.schema.wire.Identity;
import dev.berth.schema.wire.IdentitySigner;
import dev.berth.schema.wire.Json;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets a call under {@code /internal} pass only with a valid {@link Identity}, keeps it for {@link Caller}, and gives each
 * request an id: the gateway's operation. What it is about is done in the time of the account it is about.
 */
public final class IdentityFilter extends OncePerRequestFilter {
    static final String REQUEST_ID = "berth.request_id";
    static final String IDENTITY = "berth.identity";
    private static final String PREFIX = "/internal/";

    private final IdentitySigner signer;
    private final DSLContext dsl;

    public IdentityFilter(IdentitySigner signer, DSLContext dsl) {
        this.signer = signer;
        this.dsl = dsl;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String token = request.getHeader(Identity.HEADER);
        Optional<Identity> identity = token == null ? Optional.empty() : signer.verify(token);
        request.setAttribute(
                REQUEST_ID,
                identity.map(Identity::operation)
                        .orElseGet(() -> OperationId.next().toString()));
        if (!request.getRequestURI().startsWith(PREFIX)) {
            chain.doFilter(request, response);
        } else if (identity.isEmpty()) {
            refuse(
                    request,
                    response,
                    ErrorCode.UNAUTHENTICATED,
                    "The header %s is missing, expired or not signed with this installation's secret."
                            .formatted(Identity.HEADER));
        } else if (request.getContentLengthLong() > BodyLimit.MAX_BYTES) {
            refuse(
                    request,
                    response,
                    ErrorCode.TOO_LARGE,
                    "The body may have at most %d bytes.".formatted(BodyLimit.MAX_BYTES));
        } else {
            request.setAttribute(IDENTITY, identity.get());
            pass(identity.get(), request, response, chain);
        }
    }

    private void pass(Identity identity, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        AccountId own = identity.account();
        Optional<AccountId> about = own == null
                ? Whose.request(dsl, request.getRequestURI(), request.getParameter("account"))
                : Optional.of(own);
        if (about.isEmpty()) {
            chain.doFilter(new BodyLimit(request), response);
            return;
        }
        try {
            AccountTime.<Boolean, Exception>within(dsl, about.get(), () -> {
                chain.doFilter(new BodyLimit(request), response);
                return true;
            });
        } catch (ServletException | IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ServletException(e);
        }
    }

    private static void refuse(HttpServletRequest request, HttpServletResponse response, ErrorCode code, String detail)
            throws IOException {
        Problem problem = Problem.of(code, detail, List.of(), String.valueOf(request.getAttribute(REQUEST_ID)));
        response.setStatus(problem.status());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.getOutputStream()
                .write(Json.mapper().writeValueAsString(problem).getBytes(StandardCharsets.UTF_8));
    }
}
