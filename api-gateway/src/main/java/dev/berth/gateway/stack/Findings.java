package dev.berth.gateway.stack;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was found while a file is read, in the order of its lines. Not thread-safe; one object is one reading. */
final class Findings {
    static final int MOST = 200;

    private final Map<String, Integer> lines;
    private final Set<String> leaveOut;
    private final List<Finding> all = new ArrayList<>();

    /**
     * Nothing found yet.
     *
     * @param lines where a path stands in the file
     * @param leaveOut paths that are not wanted, whatever is said of them
     */
    Findings(Map<String, Integer> lines, Set<String> leaveOut) {
        this.lines = Map.copyOf(lines);
        this.leaveOut = Set.copyOf(leaveOut);
    }

    /** It cannot be had. */
    void refuse(String path, String message, @Nullable String hint) {
        Finding finding = new Finding(Finding.Severity.REFUSED, path, line(path), message, hint);
        if (leaveOut.stream().anyMatch(finding::within)) {
            add(new Finding(Finding.Severity.NOTE, path, line(path), "is left out, as you asked: " + message, null));
        } else {
            add(finding);
        }
    }

    /** It is left out, or means something else here. */
    void note(String path, String message) {
        add(new Finding(Finding.Severity.NOTE, path, line(path), message, null));
    }

    boolean leftOut(String path) {
        return leaveOut.contains(path);
    }

    boolean refusedWithin(String path) {
        return all.stream().anyMatch(finding -> finding.refused() && finding.within(path));
    }

    List<Finding> all() {
        return all.stream()
                .sorted(Comparator.comparingInt(finding -> finding.line() == null ? Integer.MAX_VALUE : finding.line()))
                .toList();
    }

    private void add(Finding finding) {
        if (all.size() < MOST) {
            all.add(finding);
        } else if (finding.refused()) {
            all.set(MOST - 1, finding); // a refusal is never lost behind notes
        }
    }

    /** The line of the place, or of what it is in. */
    private @Nullable Integer line(String path) {
        String place = path;
        while (!place.isEmpty()) {
            Integer line = lines.get(place);
            if (line != null) {
                return line;
            }
            place = place.substring(0, Math.max(0, Math.max(place.lastIndexOf('.'), place.lastIndexOf('['))));
        }
        return null;
    }
}
