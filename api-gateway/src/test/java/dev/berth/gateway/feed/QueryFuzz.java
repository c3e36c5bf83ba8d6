package dev.berth.gateway.feed;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.gateway.audit.AuditQuery;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.testing.FuzzTarget;
import java.time.Instant;

/** The queries of events and of the audit log: times, types and ids within their rules, or 422 with their field. */
final class QueryFuzz implements FuzzTarget {
    @Override
    public int executions() {
        return 20_000;
    }

    @Override
    public void execute(byte[] input) {
        String[] query = FuzzTarget.texts(input, 4);
        try {
            AuditQuery read = AuditQuery.parse(query[0], query[1], query[2], query[3]);
            Instant from = read.from();
            must(from == null || from.isAfter(Instant.EPOCH), "from %s", from);
            must(from == null || AuditQuery.parse("", "", from.toString(), "").equals(of(from)), "%s is another", from);
        } catch (Refusal e) {
            must(e.problem().code().status() == 422 && !e.problem().errors().isEmpty(), "refused as %s", e.problem());
        }
        try {
            EventFilter filter = EventFilter.parse(given(query[0]), given(query[1]), given(query[2]), given(query[3]));
            must(FeedTypes.ALL.containsAll(filter.types()), "the types %s", filter.types());
            must(query[0].isEmpty() || !filter.types().isEmpty(), "'%s' is all of them", query[0]);
        } catch (Refusal e) {
            must(e.problem().code().status() == 422 && !e.problem().errors().isEmpty(), "refused as %s", e.problem());
        }
    }

    private static AuditQuery of(Instant from) {
        return new AuditQuery(null, null, from, null);
    }

    private static String given(String text) {
        return text.isEmpty() ? null : text;
    }
}
