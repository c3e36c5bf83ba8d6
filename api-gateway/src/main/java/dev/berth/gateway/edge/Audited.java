package dev.berth.gateway.edge;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ApiKeyId;
import dev.berth.schema.id.UserId;
import org.jspecify.annotations.Nullable;

/**
 * Something that was done or refused, for the audit log. No value that a caller sent is in it but ids, names in paths and the user
 * agent, all cut and without control characters.
 *
 * @param account whose log it belongs into; null: the operator's own
 * @param actor as in {@link dev.berth.schema.Cause#actor}
 * @param action method and route, such as {@code DELETE /v1/workloads/{id}}
 * @param subject ids and names in the path, or the id of what was made; may be empty
 * @param status the HTTP status that was answered
 * @param code of the refusal, empty for none
 * @param operation of the call, which its effects carry too
 */
public record Audited(
        @Nullable AccountId account,
        String actor,
        @Nullable UserId user,
        @Nullable ApiKeyId key,
        String address,
        String userAgent,
        String action,
        String subject,
        int status,
        String code,
        String operation) {
    private static final int LONGEST = 200;
    private static final int FIRST_REFUSAL = 400;
    private static final int FIRST_FAILURE = 500;

    public Audited {
        actor = plain(actor);
        address = plain(address);
        userAgent = plain(userAgent);
        action = plain(action);
        subject = plain(subject);
        code = plain(code);
    }

    /** What became of it: {@code done}, {@code refused}, or {@code failed} where something broke on our side. */
    public String result() {
        if (status < FIRST_REFUSAL) {
            return "done";
        }
        return status < FIRST_FAILURE ? "refused" : "failed";
    }

    /** At most 200 characters on one line. */
    private static String plain(String text) {
        return text.codePoints()
                .limit(LONGEST)
                .map(c -> Character.isISOControl(c)
                                || Character.getType(c) == Character.FORMAT
                                || Character.getType(c) == Character.SURROGATE
                        ? '?'
                        : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
