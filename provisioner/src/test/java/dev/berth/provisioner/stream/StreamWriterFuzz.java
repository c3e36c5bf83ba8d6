package dev.berth.provisioner.stream;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.provisioner.engine.LogLine;
import dev.berth.schema.testing.FuzzTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A line as a server-sent event: one event with one line of data, by the rules of WHATWG HTML 9.2.6, whatever the line was. */
final class StreamWriterFuzz implements FuzzTarget {
    private static final Instant TIME = Instant.parse("2026-11-22T08:00:00.123456789Z");

    @Override
    public int executions() {
        return 20_000;
    }

    @Override
    public void execute(byte[] input) throws IOException {
        LogLine line = new LogLine(TIME, false, FuzzTarget.text(input));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new StreamWriter(out, true).write(OutputLine.of("web-1", line));
        String event = out.toString(StandardCharsets.UTF_8);
        String[] lines = event.split("\r\n|\r|\n", -1);
        must(lines.length == 4 && lines[2].isEmpty() && lines[3].isEmpty(), "'%s' is no one event", event);
        must(lines[0].equals("id: " + TIME), "'%s' has another id", event);
        must(lines[1].equals("data: web-1 | " + line.text()), "'%s' has other data", event);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        new StreamWriter(plain, false).write(OutputLine.of("", line));
        must(plain.toString(StandardCharsets.UTF_8).equals(line.text() + "\n"), "'%s' is another line", line.text());
    }
}
