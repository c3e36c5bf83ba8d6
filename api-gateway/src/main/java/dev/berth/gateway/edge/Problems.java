package dev.berth.gateway.edge;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** The one place where what went wrong becomes an answer. The portal renders its own pages before this is asked. */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private final ProblemWriter writer;

    Problems(ProblemWriter writer) {
        this.writer = writer;
    }

    /** Everything a handler throws. */
    @ExceptionHandler
    void handle(Exception thrown, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (thrown instanceof AsyncRequestNotUsableException || response.isCommitted()) {
            return; // the caller is gone, or has a part of the answer
        }
        Refusal refusal = refusal(thrown, request, response);
        if (refusal.problem().code().status() >= 500) {
            LOG.atError()
                    .setMessage("A request failed")
                    .addKeyValue("method", request.getMethod())
                    .addKeyValue("path", Words.cut(Words.path(request.getRequestURI())))
                    .addKeyValue("code", refusal.problem().code().text())
                    .setCause(thrown)
                    .log();
        }
        writer.write(request, response, refusal.problem());
    }

    private static Refusal refusal(Exception thrown, HttpServletRequest request, HttpServletResponse response) {
        return switch (thrown) {
            case Refusal refusal -> refusal;
            case HttpMessageNotReadableException unreadable -> JsonProblems.of(unreadable);
            case NoResourceFoundException _ -> noRoute(request);
            case NoHandlerFoundException _ -> noRoute(request);
            case HttpRequestMethodNotSupportedException method -> {
                Set<HttpMethod> allowed = method.getSupportedHttpMethods();
                String list = allowed == null
                        ? ""
                        : allowed.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
                response.setHeader(HttpHeaders.ALLOW, list);
                yield Refusal.of(
                        ErrorCode.METHOD_NOT_ALLOWED,
                        "%s is not offered here; %s is.".formatted(Words.cut(method.getMethod()), list));
            }
            case HttpMediaTypeNotSupportedException type ->
                Refusal.of(
                        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                        "A body of the type '%s' is not read here."
                                .formatted(Words.cut(String.valueOf(type.getContentType()))));
            case HttpMediaTypeNotAcceptableException _ ->
                Refusal.of(ErrorCode.NOT_ACCEPTABLE, "Nothing that Accept names can be answered.");
            case MissingServletRequestParameterException missing ->
                Refusal.of(ErrorCode.INVALID, "A query parameter is missing.")
                        .field(missing.getParameterName(), "is required");
            case MethodArgumentTypeMismatchException mismatch ->
                Refusal.of(ErrorCode.INVALID, "A parameter cannot be read.")
                        .field(
                                mismatch.getName(),
                                "cannot be read: '%s'".formatted(Words.cut("" + mismatch.getValue())));
            case InvalidParameterException _ ->
                Refusal.of(ErrorCode.BAD_REQUEST, "The query or the form cannot be read.")
                        .hint("Write it as name=value&name=value, with %XX for what is not plain.");
            case ErrorResponse response4xx
            when response4xx.getStatusCode().is4xxClientError() ->
                Refusal.of(ErrorCode.BAD_REQUEST, "The request cannot be read.");
            default -> SqlState.of(thrown).map(Problems::database).orElseGet(Problems::internal);
        };
    }

    private static Refusal noRoute(HttpServletRequest request) {
        return Refusal.of(
                ErrorCode.NOT_FOUND, "There is no route %s.".formatted(Words.cut(Words.path(request.getRequestURI()))));
    }

    private static Refusal database(String state) {
        if (SqlState.isAway(state)) {
            return Refusal.of(ErrorCode.UNAVAILABLE, "The database does not answer.")
                    .retryAfter(Duration.ofSeconds(5));
        }
        if (SqlState.isBusy(state)) {
            return Refusal.of(ErrorCode.BUSY, "Too many changes of the same thing at once.")
                    .retryAfter(Duration.ofSeconds(1));
        }
        return internal();
    }

    private static Refusal internal() {
        return Refusal.of(ErrorCode.INTERNAL, "Nothing was changed.");
    }
}
