package dev.berth.billing.edge;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** An error as {@code application/problem+json} (RFC 9457). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Problem(
        String type,
        String title,
        int status,
        String detail,
        String code,
        String hint,
        String requestId,
        List<Refusal.Field> errors) {

    static Problem of(ErrorCode code, String detail, List<Refusal.Field> errors, String requestId) {
        return new Problem(
                "urn:berth:problem:" + code.code(),
                code.title(),
                code.status(),
                detail,
                code.code(),
                code.hint(),
                requestId,
                errors);
    }
}
