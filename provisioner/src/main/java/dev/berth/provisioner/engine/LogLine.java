package dev.berth.provisioner.engine;

import java.time.Instant;

/**
 * A line that a container wrote. The text is hostile until here: terminal sequences, control characters, line ends and
 * characters that turn the direction of writing are taken out, so that it cannot leave its line, its event or its page.
 */
public record LogLine(Instant time, boolean stderr, String text) {
    /** The longest line that is kept; the engine itself cuts at 16 KiB. */
    public static final int MAX_CHARS = 32 * 1024;

    private static final char ESC = '\u001b';

    public LogLine {
        text = clean(text);
    }

    private static String clean(String raw) {
        int length = Math.min(raw.length(), MAX_CHARS);
        StringBuilder out = null;
        for (int i = 0; i < length; i++) {
            char c = raw.charAt(i);
            if (!harmful(c)) {
                if (out != null) {
                    out.append(c);
                }
                continue;
            }
            if (out == null) {
                out = new StringBuilder(length).append(raw, 0, i);
            }
            if (c == ESC || c == '\u009b' || c == '\u009d') {
                i = endOfSequence(raw, i, length);
            }
        }
        if (out != null) {
            return out.toString();
        }
        return length == raw.length() ? raw : raw.substring(0, length);
    }

    private static boolean harmful(char c) {
        return (c < 0x20 && c != '\t')
                || (c >= 0x7f && c <= 0x9f)
                || c == '\u2028'
                || c == '\u2029'
                || (c >= '\u202a' && c <= '\u202e')
                || (c >= '\u2066' && c <= '\u2069');
    }

    /** The index of the last character of a terminal sequence (ECMA-48) that begins at {@code start}. */
    private static int endOfSequence(String raw, int start, int length) {
        char c = raw.charAt(start);
        int i = start + 1;
        char kind = c;
        if (c == ESC) {
            if (i >= length) {
                return start;
            }
            kind = raw.charAt(i++);
        }
        if (kind == '[' || kind == '\u009b') {
            while (i < length && raw.charAt(i) >= 0x20 && raw.charAt(i) <= 0x3f) {
                i++;
            }
            return Math.min(i, length - 1);
        }
        if (kind == ']' || kind == 'P' || kind == '^' || kind == '_' || kind == 'X' || kind == '\u009d') {
            int limit = Math.min(length, i + 256);
            for (int end = i; end < limit; end++) {
                char at = raw.charAt(end);
                if (at == '\u0007' || at == '\u009c') {
                    return end;
                }
                if (at == ESC && end + 1 < length && raw.charAt(end + 1) == '\\') {
                    return end + 1;
                }
            }
            return start + 1 < length ? start + 1 : start;
        }
        return start + (c == ESC && !harmful(kind) ? 1 : 0);
    }
}
