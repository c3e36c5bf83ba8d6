package dev.berth.launcher.demo;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** Shows how a story ended: for people, or as JSON for programs. */
public final class DemoReport {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private DemoReport() {}

    /** For people. */
    public static void print(DemoResult result, PrintStream out) {
        out.printf("%nThe same milliseconds, three witnesses%n%n");
        out.printf("  %-32s %-8s %14s %14s %14s%n", "container", "of", "Docker", "meter", "invoice");
        for (Comparison.Row row : result.comparison().rows()) {
            out.printf(
                    "  %-32s %-8s %11s ms %11d ms %11d ms  %s%n",
                    row.container(),
                    row.what(),
                    row.docker() == null
                            ? "?"
                            : (row.fromEvent() ? "~" : "") + row.docker().ms(),
                    row.meterMs(),
                    row.invoiceMs(),
                    row.agrees() ? "equal" : "DIFFERENT");
        }
        invoice(result.invoice(), out);
        chain(result, out);
        out.println();
        if (result.agrees()) {
            out.printf("Docker, the meter and the invoice agree to the millisecond, and every amount recomputes.%n");
        } else {
            out.printf("They do NOT agree:%n");
            result.comparison().disagreements().forEach(problem -> out.printf("  - %s%n", problem));
        }
        out.flush();
    }

    private static void invoice(Invoiced invoice, PrintStream out) {
        out.printf("%nInvoice %s (%s)%n%n", invoice.number(), invoice.status());
        for (Invoiced.Line line : invoice.lines()) {
            out.printf(
                    "  %-46s %14s × %-10s %10s%n",
                    line.description(),
                    line.quantity().toPlainString(),
                    line.unitPrice() == null ? "" : line.unitPrice().toPlainString(),
                    money(line.amountMinor(), invoice.currency()));
        }
        out.printf("  %-46s %14s   %-10s %10s%n", "total", "", "", money(invoice.totalMinor(), invoice.currency()));
    }

    /** From one line down to a start and a stop, and who caused them. */
    private static void chain(DemoResult result, PrintStream out) {
        Optional<Invoiced.Line> first = result.invoice().lines().stream()
                .filter(line -> !line.intervals().isEmpty())
                .findFirst();
        if (first.isEmpty()) {
            return;
        }
        out.printf(
                "%nWhere the first line comes from%n%n  %s: %s%n",
                first.get().description(), first.get().quantity().toPlainString());
        for (Invoiced.Interval interval : first.get().intervals()) {
            out.printf(
                    "   └ %s  %s → %s = %d ms × %d m, %s%n",
                    interval.container(),
                    interval.startedAt(),
                    interval.finishedAt(),
                    interval.ms(),
                    interval.cpuMillis(),
                    interval.billed() ? "billed" : "not billed");
            result.comparison().rows().stream()
                    .filter(row -> row.container().equals(interval.container()) && row.docker() != null)
                    .findFirst()
                    .ifPresent(row -> out.printf(
                            "      └ Docker: %.12s started %s, finished %s%n",
                            row.engineId(),
                            row.docker() == null ? "?" : row.docker().startedAt(),
                            row.docker() == null ? "?" : row.docker().finishedAt()));
            out.printf("      └ caused by %s, %s at %s%n", interval.operation(), interval.actor(), interval.causedAt());
        }
    }

    /** For programs: one object on one line. */
    public static void json(DemoResult result, PrintStream out) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("agree", result.agrees());
        all.put("account", result.account());
        all.put("invoice", result.invoice().id());
        all.put("invoice_number", result.invoice().number());
        all.put("status", result.invoice().status());
        all.put(
                "total",
                Map.of(
                        "amount_minor", result.invoice().totalMinor(),
                        "currency", result.invoice().currency()));
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Comparison.Row row : result.comparison().rows()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("container", row.container());
            one.put("engine_id", row.engineId());
            one.put("of", row.what());
            one.put("docker_ms", row.docker() == null ? null : row.docker().ms());
            one.put(
                    "docker_started_at",
                    row.docker() == null ? null : row.docker().startedAt().toString());
            one.put(
                    "docker_finished_at",
                    row.docker() == null ? null : row.docker().finishedAt().toString());
            one.put("docker_source", row.fromEvent() ? "event" : "inspect");
            one.put("meter_ms", row.meterMs());
            one.put("invoice_ms", row.invoiceMs());
            one.put("equal", row.agrees());
            rows.add(one);
        }
        all.put("containers", rows);
        all.put("disagreements", result.comparison().disagreements());
        out.println(JSON.writeValueAsString(all));
        out.flush();
    }

    /** An amount for people, such as {@code 12.34 USD}. */
    static String money(long minor, String currency) {
        int digits = Currency.getInstance(currency).getDefaultFractionDigits();
        return new BigDecimal(minor).movePointLeft(digits).toPlainString() + " " + currency;
    }
}
