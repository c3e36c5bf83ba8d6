package dev.berth.gateway.edge;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.schema.testing.FuzzTarget;

/** {@code If-Match}: an etag that is named passes, among others too; one that is not is 412. */
final class IfMatchFuzz implements FuzzTarget {
    private static final String ETAG = "\"7\"";

    @Override
    public int executions() {
        return 50_000;
    }

    @Override
    public void execute(byte[] input) {
        String header = FuzzTarget.text(input);
        boolean passes = passes(header);
        must(!passes || header.contains(ETAG) || header.strip().equals("*"), "'%s' passes", header);
        must(passes(header + "," + ETAG), "'%s' hides the etag behind it", header);
        must(passes(ETAG + " , " + header), "'%s' hides the etag before it", header);
    }

    private static boolean passes(String header) {
        try {
            IfMatch.check(header, "It has changed.", ETAG);
            return true;
        } catch (Refusal e) {
            must(e.problem().code() == ErrorCode.STALE, "refused as %s", e.problem());
            return false;
        }
    }
}
