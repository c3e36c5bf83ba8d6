package dev.berth.metering.edge;

import dev.berth.schema.id.OperationId;
import dev.berth.schema.wire.Json;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** The one place where what went wrong becomes an answer. */
@RestControllerAdvice
class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{7,63}");

    /** Everything a handler throws. */
    @ExceptionHandler
    void handle(Exception thrown, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!response.isCommitted()) {
            write(refusal(thrown), thrown, request, response);
        }
    }

    static void write(Refusal refusal, Exception thrown, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ErrorCode code = refusal.code();
        String requestId = requestId(request);
        if (code.status() >= 500) {
            LOG.atError()
                    .addKeyValue("request", requestId)
                    .addKeyValue("path", request.getRequestURI())
                    .setCause(thrown)
                    .log("a request failed");
        }
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "urn:berth:problem:" + code.text());
        problem.put("title", code.title());
        problem.put("status", code.status());
        problem.put("detail", String.valueOf(refusal.getMessage()));
        problem.put("code", code.text());
        problem.put("hint", code.hint());
        problem.put("request_id", requestId);
        response.resetBuffer();
        response.setStatus(code.status());
        response.setContentType("application/problem+json");
        response.setHeader("Cache-Control", "no-store");
        if (code == ErrorCode.UNAVAILABLE) {
            response.setHeader("Retry-After", "5");
        }
        response.getOutputStream().write(Json.mapper().writeValueAsBytes(problem));
        response.flushBuffer();
    }

    private static String requestId(HttpServletRequest request) {
        String given = request.getHeader("X-Request-Id");
        return given != null && REQUEST_ID.matcher(given).matches()
                ? given
                : "req" + OperationId.next().toString().substring(OperationId.PREFIX.length());
    }

    private static Refusal refusal(Exception thrown) {
        return switch (thrown) {
            case Refusal refusal -> refusal;
            case NoResourceFoundException _ -> Refusal.notFound();
            case NoHandlerFoundException _ -> Refusal.notFound();
            case HttpRequestMethodNotSupportedException method ->
                new Refusal(ErrorCode.METHOD_NOT_ALLOWED, "%s is not offered here.".formatted(method.getMethod()));
            case MissingServletRequestParameterException missing ->
                Refusal.invalid(missing.getParameterName(), "is required");
            case MethodArgumentTypeMismatchException mismatch -> Refusal.invalid(mismatch.getName(), "cannot be read");
            case DataAccessException data
            when isAway(data) -> new Refusal(ErrorCode.UNAVAILABLE, "The database does not answer.");
            case ErrorResponse response
            when response.getStatusCode().is4xxClientError() ->
                new Refusal(ErrorCode.BAD_REQUEST, "The request cannot be read.");
            default -> new Refusal(ErrorCode.INTERNAL, "Nothing was changed.");
        };
    }

    /** SQLSTATE class 08 (connection), 53 (resources), 57 (operator intervention), or no connection to be had at all. */
    private static boolean isAway(DataAccessException data) {
        String state = data.sqlState();
        return state.startsWith("08")
                || state.startsWith("53")
                || state.startsWith("57")
                || data.getCause() instanceof java.sql.SQLTransientException;
    }
}
