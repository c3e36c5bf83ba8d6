package dev.berth.provisioner.stream;

import dev.berth.provisioner.engine.LogLine;
import java.time.Instant;

/** A line as it is sent: of which replica, or of none when only one is read; without line ends or control characters. */
record OutputLine(Instant time, String replica, String text) {
    static OutputLine of(String replica, LogLine line) {
        return new OutputLine(line.time(), replica, line.text());
    }

    /** A remark of Berth itself. */
    static OutputLine note(Instant time, String text) {
        return new OutputLine(time, "", text);
    }

    /** The whole line. */
    String shown() {
        return replica.isEmpty() ? text : replica + " | " + text;
    }
}
