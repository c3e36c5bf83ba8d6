package dev.berth.client.screen;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows in columns that fit a width: the widest columns give way first, down to eight characters, and what is cut ends in {@code …}.
 * For one thread.
 */
public final class Table {
    private static final int GAP = 2;
    private static final int LEAST = 8;

    private final List<String> heads;
    private final List<List<String>> rows = new ArrayList<>();

    /** A table with these heads; one that begins with {@code >} stands to the right. */
    public Table(String... heads) {
        this.heads = List.of(heads);
    }

    /** Adds a row of texts, which are cleaned. */
    public Table row(Object... cells) {
        List<String> row = Arrays.stream(cells)
                .map(cell -> Words.clean(String.valueOf(cell)))
                .toList();
        if (row.size() != heads.size()) {
            throw new IllegalArgumentException("%d cells for %d columns".formatted(row.size(), heads.size()));
        }
        rows.add(row);
        return this;
    }

    /** Whether there are no rows. */
    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /**
     * The lines.
     *
     * @param width of the screen; 0 for no end
     */
    public List<String> lines(int width) {
        int[] widths = widths();
        if (width > 0) {
            shrink(widths, width);
        }
        List<String> lines = new ArrayList<>();
        lines.add(line(heads.stream().map(Table::name).toList(), widths));
        rows.forEach(row -> lines.add(line(row, widths)));
        return lines;
    }

    private static String name(String head) {
        return head.startsWith(">") ? head.substring(1) : head;
    }

    private int[] widths() {
        int[] widths = heads.stream().mapToInt(head -> length(name(head))).toArray();
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], length(row.get(i)));
            }
        }
        return widths;
    }

    private static void shrink(int[] widths, int width) {
        int over = Arrays.stream(widths).sum() + GAP * (widths.length - 1) - width;
        while (over > 0) {
            int widest = 0;
            for (int i = 1; i < widths.length; i++) {
                widest = widths[i] > widths[widest] ? i : widest;
            }
            if (widths[widest] <= LEAST) {
                return;
            }
            widths[widest]--;
            over--;
        }
    }

    private String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = cut(cells.get(i), widths[i]);
            String padding = " ".repeat(widths[i] - length(cell));
            line.append(heads.get(i).startsWith(">") ? padding + cell : cell + padding);
            line.append(i < widths.length - 1 ? " ".repeat(GAP) : "");
        }
        return line.toString().stripTrailing();
    }

    private static String cut(String cell, int width) {
        return length(cell) <= width ? cell : cell.substring(0, cell.offsetByCodePoints(0, width - 1)) + "…";
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
