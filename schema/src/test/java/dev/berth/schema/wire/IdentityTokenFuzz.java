package dev.berth.schema.wire;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.schema.testing.FuzzTarget;
import java.time.Instant;
import java.time.InstantSource;

/** Identities between services: but for the very token that was signed, whatever is sent is nobody's, and nothing is thrown. */
final class IdentityTokenFuzz implements FuzzTarget {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-22T08:00:00Z"));

    private final IdentitySigner signer = new IdentitySigner("0123456789abcdef0123456789abcdef", CLOCK);
    private final String signed = signer.sign(new Identity(null, "operator", "op_1", true));

    @Override
    public int executions() {
        return 10_000;
    }

    @Override
    public void execute(byte[] input) {
        String text = FuzzTarget.text(input);
        must(signer.verify(text).isEmpty(), "'%s' is taken", text);
        if (input.length > 1) {
            int at = (input[0] & 0xff) * 2 % signed.length();
            String changed = signed.substring(0, at) + text.substring(1) + signed.substring(at);
            must(changed.equals(signed) || signer.verify(changed).isEmpty(), "'%s' is taken", changed);
        }
    }
}
