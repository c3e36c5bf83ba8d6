package dev.berth.provisioner;

import dev.berth.schema.wire.Identity;
import dev.berth.schema.wire.Json;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** The one place where what went wrong becomes an answer (RFC 9457). */
@RestControllerAdvice
class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    @ExceptionHandler
    void handle(Exception thrown, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            return; // the caller has a part of the answer
        }
        ProblemCode code = switch (thrown) {
            case Refusal refusal -> refusal.code();
            case HttpRequestMethodNotSupportedException method -> ProblemCode.METHOD_NOT_ALLOWED;
            case ErrorResponse error when error.getStatusCode().value() == 404 -> ProblemCode.NOT_FOUND;
            case ErrorResponse error when error.getStatusCode().is4xxClientError() -> ProblemCode.INVALID;
            case DataAccessException database -> ProblemCode.UNAVAILABLE;
            default -> ProblemCode.INTERNAL;
        };
        if (code == ProblemCode.INTERNAL || code == ProblemCode.UNAVAILABLE) {
            LOG.atError()
                    .addKeyValue("path", request.getRequestURI())
                    .setCause(thrown)
                    .log("A request failed");
        }
        String detail = thrown instanceof Refusal || code == ProblemCode.INVALID
                ? String.valueOf(thrown.getMessage())
                : code.title();
        write(request, response, code, detail);
    }

    /** Writes an answer. */
    static void write(HttpServletRequest request, HttpServletResponse response, ProblemCode code, String detail)
            throws IOException {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put("title", code.title());
        problem.put("status", code.status());
        problem.put("detail", detail);
        problem.put("code", code.code());
        problem.put("hint", code.hint());
        if (request.getAttribute(IdentityFilter.IDENTITY) instanceof Identity identity) {
            problem.put("request_id", identity.operation());
        }
        response.setStatus(code.status());
        if (code == ProblemCode.TOO_MANY_STREAMS || code == ProblemCode.UNAVAILABLE) {
            response.setHeader("Retry-After", "5");
        }
        response.setContentType("application/problem+json");
        response.getOutputStream()
                .write(Json.mapper().writeValueAsString(problem).getBytes(StandardCharsets.UTF_8));
    }
}
