package dev.berth.launcher.ring;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What to do when a part did not start, judged by what it wrote last. Pure. */
final class FailureAdvice {
    private static final int SCREEN = 25;
    private static final int LINE = 400;
    private static final Map<String, String> BY_WORDS = new LinkedHashMap<>();

    static {
        BY_WORDS.put("No space left on device", "The disk is full: make room, then ./berth up again.");
        BY_WORDS.put(
                "Address already in use",
                "Another program has its port: end that, or choose other ports with --port N.");
        BY_WORDS.put("OutOfMemoryError", "There was too little memory: end something else, or take a larger machine.");
        BY_WORDS.put(
                "Cannot allocate memory", "There was too little memory: end something else, or take a larger machine.");
        BY_WORDS.put(
                "password authentication failed",
                "The database has another password than the one in the secrets folder: restore that folder together with the data.");
        BY_WORDS.put(
                "checksum mismatch",
                "The database was made by another build of Berth, whose migrations differ: use that build, or another --data DIR.");
        BY_WORDS.put(
                "is incompatible with server",
                "The data is of another version of PostgreSQL: use the build of Berth that made it, or move the data with pg_dump.");
        BY_WORDS.put(
                "Connection refused",
                "Something it needs does not answer: if BERTH_DATABASE_URL or BERTH_KAFKA is set, is that one up and reachable from here?");
        BY_WORDS.put("UnsupportedClassVersionError", "That JDK is too old: Berth needs 25 or later.");
        BY_WORDS.put(
                "could not create shared memory segment",
                "The machine has no shared memory left: see 'ipcs -m' and /dev/shm.");
    }

    private FailureAdvice() {}

    /** The lines of a log's end that tell something to a person: no stack frames, and not more than a screen. */
    static String telling(String lastLines) {
        List<String> telling = lastLines
                .lines()
                .filter(line -> !line.isBlank() && !line.matches("\\s+(at .*|\\.\\.\\. \\d+ .*)"))
                .map(line -> line.length() > LINE ? line.substring(0, LINE) + " …" : line)
                .toList();
        return String.join("\n", telling.subList(Math.max(0, telling.size() - SCREEN), telling.size()));
    }

    static String from(String lastLines) {
        return BY_WORDS.entrySet().stream()
                .filter(entry -> lastLines.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("./berth doctor looks at the machine; the log says more.");
    }
}
