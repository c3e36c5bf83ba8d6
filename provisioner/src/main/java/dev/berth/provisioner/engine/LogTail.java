package dev.berth.provisioner.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Keeps the end of some output within a bound. Not thread-safe. */
public final class LogTail implements Consumer<LogLine> {
    private static final int OVERHEAD = 40;

    private final Deque<LogLine> lines = new ArrayDeque<>();
    private final long mostChars;
    private final int mostLines;
    private long chars;
    private boolean cut;

    /** Keeps at most so many characters, each line counting a few more, and at most so many lines. */
    public LogTail(long mostChars, int mostLines) {
        this.mostChars = mostChars;
        this.mostLines = mostLines;
    }

    @Override
    public void accept(LogLine line) {
        lines.addLast(line);
        chars += line.text().length() + OVERHEAD;
        while (!lines.isEmpty() && (chars > mostChars || lines.size() > mostLines)) {
            chars -= lines.removeFirst().text().length() + OVERHEAD;
            cut = true;
        }
    }

    /** What is kept, oldest first. */
    public List<LogLine> lines() {
        return new ArrayList<>(lines);
    }

    /** Whether there was more before it. */
    public boolean cut() {
        return cut;
    }
}
