package dev.berth.bench.figure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * All figures of one run.
 *
 * @param machine where it ran, by name of the fact (such as {@code cpu})
 * @param command how it was called
 * @param figures in the order in which they were measured
 */
public record Report(Map<String, String> machine, String command, List<Figure> figures) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Copies the list and the map. */
    public Report {
        machine = new LinkedHashMap<>(machine);
        figures = List.copyOf(figures);
    }

    /** For people at a terminal. */
    public String table() {
        List<String[]> rows = rows();
        int[] widths = new int[5];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            text.append(("%-" + widths[0] + "s  %-" + widths[1] + "s  %" + widths[2] + "s  %" + widths[3] + "s  %s")
                            .formatted((Object[]) row)
                            .stripTrailing())
                    .append('\n');
        }
        return text.toString();
    }

    /** For the repository. */
    public String markdown() {
        StringBuilder text = new StringBuilder("# Results of the last run\n\n`%s`\n\n".formatted(command));
        machine.forEach((name, value) -> text.append("* %s: %s%n".formatted(name, value)));
        text.append('\n');
        List<String[]> rows = rows();
        rows.add(1, new String[] {"---", "---", "---:", "---:", "---"});
        for (String[] row : rows) {
            text.append("| ").append(String.join(" | ", row)).append(" |\n");
        }
        return text.toString();
    }

    /** For programs. */
    public String json() {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Figure figure : figures) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("bench", figure.bench());
            one.put("name", figure.name());
            one.put("value", figure.value());
            one.put("unit", figure.unit());
            Figure.Target target = figure.target();
            if (target != null) {
                one.put(target.atMost() ? "at_most" : "at_least", target.bound());
                one.put("met", figure.met());
            }
            all.add(one);
        }
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("machine", machine);
        report.put("command", command);
        report.put("figures", all);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report);
    }

    private List<String[]> rows() {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"bench", "figure", "value", "target", ""});
        for (Figure figure : figures) {
            String verdict = figure.target() == null ? "" : figure.met() ? "met" : "MISSED";
            rows.add(new String[] {figure.bench(), figure.name(), figure.shown(), figure.promised(), verdict});
        }
        return rows;
    }
}
