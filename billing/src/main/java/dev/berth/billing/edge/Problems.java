package dev.berth.billing.edge;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.HttpMediaTypeException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** The one place where errors become answers. */
@RestControllerAdvice
class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    @ExceptionHandler
    ResponseEntity<Problem> refused(Refusal refusal, HttpServletRequest request) {
        return answer(refusal.code(), String.valueOf(refusal.getMessage()), refusal.fields(), request);
    }

    @ExceptionHandler
    ResponseEntity<Problem> unreadable(HttpMessageNotReadableException e, HttpServletRequest request) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof BodyLimit.TooLarge tooLarge) {
                return answer(ErrorCode.TOO_LARGE, String.valueOf(tooLarge.getMessage()), List.of(), request);
            }
        }
        if (e.getCause() instanceof JacksonException json && !json.getPath().isEmpty()) {
            String path = path(json);
            String message =
                    json instanceof UnrecognizedPropertyException ? "is no field here" : "is not understood here";
            return answer(
                    ErrorCode.INVALID,
                    "%s: %s".formatted(path, message),
                    List.of(new Refusal.Field(path, message)),
                    request);
        }
        return answer(
                ErrorCode.UNREADABLE, "The body is missing or no JSON that is expected here.", List.of(), request);
    }

    @ExceptionHandler
    ResponseEntity<Problem> mistyped(MethodArgumentTypeMismatchException e, HttpServletRequest request) {
        String message = "'%s' is not understood".formatted(cut(String.valueOf(e.getValue())));
        return answer(ErrorCode.INVALID, message, List.of(new Refusal.Field(e.getName(), message)), request);
    }

    @ExceptionHandler
    ResponseEntity<Problem> missing(MissingServletRequestParameterException e, HttpServletRequest request) {
        return answer(
                ErrorCode.INVALID,
                "%s is missing".formatted(e.getParameterName()),
                List.of(new Refusal.Field(e.getParameterName(), "is missing")),
                request);
    }

    @ExceptionHandler
    ResponseEntity<Problem> wrongMethod(HttpRequestMethodNotSupportedException e, HttpServletRequest request) {
        return answer(
                ErrorCode.METHOD_NOT_ALLOWED, "%s is not possible here".formatted(e.getMethod()), List.of(), request);
    }

    @ExceptionHandler
    ResponseEntity<Problem> wrongType(HttpMediaTypeException e, HttpServletRequest request) {
        return answer(ErrorCode.UNSUPPORTED_MEDIA_TYPE, String.valueOf(e.getMessage()), List.of(), request);
    }

    @ExceptionHandler({NoHandlerFoundException.class, NoResourceFoundException.class})
    ResponseEntity<Problem> noRoute(Exception e, HttpServletRequest request) {
        return answer(ErrorCode.NOT_FOUND, "There is no such route.", List.of(), request);
    }

    @ExceptionHandler({
        DataAccessException.class,
        TransactionException.class,
        org.jooq.exception.DataAccessException.class
    })
    ResponseEntity<Problem> database(RuntimeException e, HttpServletRequest request) {
        LOG.atError().addKeyValue("request", requestId(request)).setCause(e).log("the database did not do its part");
        return answer(ErrorCode.UNAVAILABLE, "The database did not answer.", List.of(), request);
    }

    @ExceptionHandler
    ResponseEntity<Problem> unexpected(Exception e, HttpServletRequest request) {
        LOG.atError().addKeyValue("request", requestId(request)).setCause(e).log("an unexpected failure");
        return answer(ErrorCode.INTERNAL, "The failure is in the log under the request_id.", List.of(), request);
    }

    private static ResponseEntity<Problem> answer(
            ErrorCode code, String detail, List<Refusal.Field> fields, HttpServletRequest request) {
        ResponseEntity.BodyBuilder builder =
                ResponseEntity.status(code.status()).contentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (code.status() == 503) {
            builder.header(HttpHeaders.RETRY_AFTER, "1");
        }
        return builder.body(Problem.of(code, detail, fields, requestId(request)));
    }

    private static String requestId(HttpServletRequest request) {
        return String.valueOf(request.getAttribute(IdentityFilter.REQUEST_ID));
    }

    private static String path(JacksonException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference reference : e.getPath()) {
            if (reference.getPropertyName() == null) {
                path.append('[').append(reference.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(reference.getPropertyName());
            }
        }
        return path.toString();
    }

    private static String cut(String text) {
        return text.length() > 64 ? text.substring(0, 64) + "…" : text;
    }
}
