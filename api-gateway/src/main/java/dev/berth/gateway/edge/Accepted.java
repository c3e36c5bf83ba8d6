package dev.berth.gateway.edge;

import java.net.URI;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;

/** The answer to a write that goes on after it: 202 with the thing as it is wished, and the id of the operation. */
public final class Accepted {
    /** Names the operation that a write began. */
    public static final String OPERATION = "Operation-Id";

    private Accepted() {}

    /**
     * The answer.
     *
     * @param path where the thing is
     */
    public static <T> ResponseEntity<T> of(T view, String etag, String path) {
        var answer = ResponseEntity.accepted().location(URI.create(path)).header(HttpHeaders.ETAG, etag);
        RequestContext.current()
                .ifPresent(call -> answer.header(OPERATION, call.operation().toString()));
        return answer.body(view);
    }
}
