package dev.berth.provisioner.stream;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.provisioner.ProblemCode;
import dev.berth.provisioner.Refusal;
import dev.berth.provisioner.engine.LogLine;
import dev.berth.schema.testing.FuzzTarget;
import java.time.Instant;
import java.util.Locale;

/** What a reader of output asks for: {@code tail}, {@code since}, {@code follow} and {@code search}, a line each. */
final class LogRequestFuzz implements FuzzTarget {
    @Override
    public int executions() {
        return 40_000;
    }

    @Override
    public void execute(byte[] input) {
        String[] query = FuzzTarget.texts(input, 4);
        try {
            LogRequest asked = LogRequest.of(query[0], query[1], query[2], query[3]);
            Integer tail = asked.tail();
            must(tail == null || (tail >= 0 && tail <= LogRequest.MOST_LINES), "a tail of %s", tail);
            String search = asked.search();
            must(search == null || search.length() <= LogRequest.MOST_CHARS, "a search of '%s'", search);
            Instant since = asked.since();
            if (since != null) {
                must(LogRequest.of("all", since.toString(), "", "").since() != null, "%s is not read again", since);
                must(since.equals(LogRequest.of("all", since.toString(), "", "").since()), "%s is another", since);
            }
            LogLine line = new LogLine(Instant.EPOCH, false, query[0]);
            if (search != null && line.text().toLowerCase(Locale.ROOT).equals(search.toLowerCase(Locale.ROOT))) {
                must(asked.shows(line), "'%s' does not find itself", search);
            }
        } catch (Refusal e) {
            must(e.code() == ProblemCode.INVALID, "refused as %s", e.code());
        }
    }
}
