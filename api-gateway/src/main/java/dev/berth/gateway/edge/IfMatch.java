package dev.berth.gateway.edge;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The header {@code If-Match} (RFC 9110, section 13.1.1). */
public final class IfMatch {
    private IfMatch() {}

    /**
     * Lets pass a change of what its caller has read.
     *
     * @param header as it was sent, null to overwrite whatever is there
     * @param etag of what is there
     * @param also other texts that are taken for it
     * @throws Refusal 412 if it names none of them
     */
    public static void check(@Nullable String header, String what, String etag, String... also) {
        if (header == null || header.strip().equals("*")) {
            return;
        }
        List<String> named = Arrays.stream(header.split(",")).map(String::strip).toList();
        if (!named.contains(etag) && Arrays.stream(also).noneMatch(named::contains)) {
            throw Refusal.of(ErrorCode.STALE, what).fact("etag", etag);
        }
    }
}
