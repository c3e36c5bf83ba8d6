package dev.berth.provisioner.engine;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.schema.testing.FuzzTarget;
import java.time.Instant;

/** What containers write: whatever it is, a line keeps no character that could leave its line, its event or its page. */
final class LogLineFuzz implements FuzzTarget {
    @Override
    public int executions() {
        return 50_000;
    }

    @Override
    public void execute(byte[] input) {
        String raw = FuzzTarget.text(input);
        String text = new LogLine(Instant.EPOCH, false, raw).text();
        must(text.length() <= Math.min(raw.length(), LogLine.MAX_CHARS), "'%s' has grown", text);
        must(
                text.chars()
                        .noneMatch(c -> (Character.isISOControl(c) && c != '\t')
                                || c == 0x2028
                                || c == 0x2029
                                || (c >= 0x202a && c <= 0x202e)
                                || (c >= 0x2066 && c <= 0x2069)),
                "'%s' keeps a control character",
                text);
        must(new LogLine(Instant.EPOCH, true, text).text().equals(text), "'%s' is cleaned twice", text);
    }
}
