package dev.berth.gateway.edge;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.schema.testing.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.springframework.mock.web.MockHttpServletRequest;

/** {@code Idempotency-Key}: 1 to 255 printable characters, or 422; what it seals it opens, and another request has another fingerprint. */
final class IdempotencyKeyFuzz implements FuzzTarget {
    @Override
    public int executions() {
        return 10_000;
    }

    @Override
    public void execute(byte[] input) {
        String[] parts = FuzzTarget.texts(input, 2);
        String key = parts[0];
        boolean form = !key.isEmpty()
                && key.length() <= 255
                && key.charAt(0) != ' '
                && key.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
        try {
            IdempotencyKey read = read(key, parts[1]).orElseThrow();
            must(form, "'%s' is taken", key);
            byte[] answer = parts[1].getBytes(StandardCharsets.UTF_8);
            must(Arrays.equals(read.open(read.seal(answer)), answer), "another answer is opened");
            must(Arrays.equals(read.fingerprint(), fingerprint(key, parts[1])), "the same request is another");
            must(!Arrays.equals(read.fingerprint(), fingerprint(key, parts[1] + "x")), "another request is the same");
        } catch (Refusal e) {
            must(!form && e.problem().code() == ErrorCode.INVALID, "'%s' is refused: %s", key, e.problem());
        }
    }

    private static byte[] fingerprint(String key, String query) {
        return read(key, query).orElseThrow().fingerprint();
    }

    private static Optional<IdempotencyKey> read(String key, String query) {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/v1/workloads");
        request.addHeader("Idempotency-Key", key);
        request.setQueryString(query);
        return IdempotencyKey.of(request, "key_1");
    }
}
