package dev.berth.gateway.edge;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.schema.testing.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** {@code limit} and {@code cursor}: within their range, or 422; and a position is read from its cursor as it was. */
final class PagingFuzz implements FuzzTarget {
    @Override
    public int executions() {
        return 60_000;
    }

    @Override
    public void execute(byte[] input) {
        String[] query = FuzzTarget.texts(input, 2);
        try {
            Paging paging = Paging.parse(query[0].isEmpty() ? null : query[0], query[1].isEmpty() ? null : query[1]);
            must(paging.limit() >= 1 && paging.limit() <= Paging.MAX_LIMIT, "a limit of %d", paging.limit());
            Cursor after = paging.after();
            must((after == null) == query[1].isEmpty(), "'%s' is no cursor and no refusal", query[1]);
            if (after != null) {
                must(Cursor.parse(after.text()).equals(after), "'%s' is read again as another", after);
            }
        } catch (Refusal e) {
            must(e.problem().code() == ErrorCode.INVALID, "refused as %s", e.problem());
            must(!e.problem().errors().isEmpty(), "refused without a field");
        }
        String position = query[0];
        Cursor cursor = new Cursor(position);
        must(Cursor.parse(cursor.text()).equals(cursor), "'%s' is another after its cursor", position);
        must(
                new String(Base64.getUrlDecoder().decode(cursor.text()), StandardCharsets.UTF_8).equals(position),
                "'%s' is another in base64",
                position);
    }
}
