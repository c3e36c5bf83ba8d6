package dev.berth.gateway.edge;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Writes a problem to a response; what filters and {@link Problems} share. */
@Component
public class ProblemWriter {
    /** The attribute of a request that has the code it was refused with. */
    static final String CODE = ProblemWriter.class.getName() + ".code";

    private static final List<String> OF_A_WRITE = List.of(HttpHeaders.ETAG, HttpHeaders.LOCATION, Accepted.OPERATION);

    private final JsonMapper mapper;

    ProblemWriter(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /** Writes it, unless the answer has already begun. */
    public void write(HttpServletRequest request, HttpServletResponse response, Problem problem) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        RequestContext context = RequestContext.find(request);
        request.setAttribute(CODE, problem.code().text());
        byte[] body = mapper.writeValueAsBytes(problem.members(context == null ? "" : context.requestId()));
        response.resetBuffer();
        OF_A_WRITE.forEach(header -> response.setHeader(header, null)); // of one that did not come to pass
        response.setStatus(problem.code().status());
        response.setContentType("application/problem+json");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        Duration wait = problem.retryAfter();
        if (wait != null) {
            response.setHeader(
                    HttpHeaders.RETRY_AFTER,
                    Long.toString(Math.max(1, wait.plusMillis(999).toSeconds())));
        }
        if (problem.code().status() == 401) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"berth\"");
        }
        response.setContentLength(body.length);
        if (!request.getMethod().equals("HEAD")) {
            response.getOutputStream().write(body);
        }
        response.flushBuffer();
    }
}
