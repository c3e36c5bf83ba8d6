package dev.berth.client;

import dev.berth.client.api.Interval;
import dev.berth.client.api.Invoice;
import dev.berth.client.api.InvoiceLine;
import dev.berth.client.api.Live;
import dev.berth.client.api.QuotaView;
import dev.berth.client.api.Routes;
import dev.berth.client.api.UsageRow;
import dev.berth.client.call.Call;
import dev.berth.client.call.Gateway;
import dev.berth.client.call.Position;
import dev.berth.client.screen.Screen;
import dev.berth.client.screen.Table;
import dev.berth.client.screen.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What may be used, what was, and what is owed. */
final class MoneyCommands {
    private MoneyCommands() {}

    @Command(description = "Shows limits, what is used of them, and what is left.", mixinStandardHelpOptions = true)
    static int quota(@Mixin Given given) {
        JsonNode json = given.gateway().send(Call.of(Routes.GET_QUOTA).call()).json();
        if (given.json()) {
            given.screen().json(json);
            return Exit.OK;
        }
        QuotaView quota = new QuotaView(json);
        Table table = new Table("WHAT", ">LIMIT", ">USED", ">LEFT");
        for (String name : quota.limits().json().propertyNames()) {
            table.row(
                    name,
                    quota.limits().number(name),
                    quota.used().number(name),
                    quota.available().number(name));
        }
        given.screen().table(table);
        return Exit.OK;
    }

    @Command(
            description = "Shows what was used and what it costs, of the current billing period unless said.",
            mixinStandardHelpOptions = true)
    static int usage(
            @Mixin Given given,
            @Option(names = "--from", paramLabel = "TIME", description = "A time, a date, or how long ago, such as 7d.")
                    @Nullable
                    String from,
            @Option(names = "--to", paramLabel = "TIME") @Nullable String to,
            @Option(names = "--by", paramLabel = "WHAT", description = "workload, container, day or hour.") @Nullable
                    String by) {
        Instant now = Instant.now();
        JsonNode json = given.gateway()
                .send(Call.of(Routes.GET_USAGE)
                        .with("from", from == null ? null : Words.given(from, now))
                        .with("to", to == null ? null : Words.given(to, now))
                        .with("group_by", by)
                        .call())
                .json();
        if (given.json()) {
            given.screen().json(json);
            return Exit.OK;
        }
        Map<String, String> names = by == null || by.equals("workload") ? names(given.gateway()) : Map.of();
        Table table = new Table("OF", ">CONTAINER S", ">VCPU S", ">GIB S", ">COST");
        json.path("data").forEach(row -> add(table, new UsageRow(row), names));
        add(table, new UsageRow(json.path("total")), Map.of());
        given.screen().table(table);
        given.screen()
                .line("From %s to %s, as of %s."
                        .formatted(
                                json.path("from").asString(""),
                                json.path("to").asString(""),
                                json.path("as_of").asString("")));
        return Exit.OK;
    }

    private static void add(Table table, UsageRow row, Map<String, String> names) {
        table.row(
                row.key().isEmpty() ? "all" : names.getOrDefault(row.key(), row.key()),
                row.containerSeconds(),
                row.vcpuSeconds(),
                row.gibSeconds(),
                Words.money(row.json().path("cost")));
    }

    /** Names of what there is; what was deleted keeps its id. */
    private static Map<String, String> names(Gateway gateway) {
        Map<String, String> names = new HashMap<>();
        for (var route : List.of(Routes.GET_WORKLOADS, Routes.GET_VOLUMES)) {
            gateway.all(Call.of(route).call())
                    .forEach(row -> names.put(
                            row.path("id").asString(""), row.path("name").asString("")));
        }
        return names;
    }

    @Command(
            description =
                    "Shows what the current period costs so far and what runs costs for an hour; --watch goes on each second.",
            mixinStandardHelpOptions = true)
    static int cost(
            @Mixin Given given,
            @Option(
                            names = {"-w", "--watch"},
                            description = "Go on until it is interrupted.")
                    boolean watch) {
        Map<String, String> names = given.json() ? Map.of() : names(given.gateway());
        Screen screen = given.screen();
        int[] shown = {0};
        given.gateway().follow(Call.of(Routes.GET_USAGE_LIVE).call(), Position.start(), (_, type, data) -> {
            if (!type.equals("usage")) {
                if (!watch) {
                    throw new Complaint(Exit.AWAY, "The meter or billing does not answer.", "Try again in a moment.");
                }
                return true;
            }
            JsonNode json = JsonMapper.shared().readTree(data);
            if (given.json()) {
                screen.json(json);
            } else if (screen.isTerminal() || !watch) {
                screen.back(shown[0]);
                shown[0] = show(screen, new Live(json), names);
            } else {
                screen.line(line(new Live(json)));
            }
            return screen.flush() && watch;
        });
        return Exit.OK;
    }

    private static String line(Live live) {
        return "%s  %s  %s an hour  %d running"
                .formatted(Words.time(live.asOf()), Words.money(live.accrued().json()), burn(live), live.running());
    }

    private static String burn(Live live) {
        return Words.clean(live.burnRate().perHour() + " " + live.burnRate().currency())
                .strip();
    }

    private static int show(Screen screen, Live live, Map<String, String> names) {
        int lines = 4;
        screen.line("Accrued    %s since %s"
                .formatted(
                        Words.money(live.accrued().json()),
                        Words.time(live.period().start())));
        screen.line("Burn rate  %s an hour, %d containers".formatted(burn(live), live.running()));
        screen.line("Cap        %s"
                .formatted(
                        live.cap().has("amount_minor")
                                ? Words.money(live.cap().json())
                                        + (live.has("seconds_to_cap")
                                                ? ", in " + Words.span(Duration.ofSeconds(live.secondsToCap()))
                                                : "")
                                : "none"));
        Table table = new Table("WORKLOAD", ">RUNNING", ">CONTAINER S", ">COST");
        live.workloads()
                .forEach(one -> table.row(
                        names.getOrDefault(one.workload(), one.workload()),
                        one.running(),
                        one.containerSeconds(),
                        Words.money(one.accrued().json())));
        screen.table(table);
        return lines + live.workloads().size();
    }

    @Command(
            description =
                    "Lists invoices; shows one by number, id or 'upcoming', and with --line what a line was made of.",
            mixinStandardHelpOptions = true)
    static int invoices(
            @Mixin Given given,
            @Parameters(index = "0", arity = "0..1", paramLabel = "INVOICE") @Nullable String name,
            @Option(
                            names = "--line",
                            paramLabel = "ID",
                            description = "Each start and stop of a container that it has.")
                    @Nullable
                    String line,
            @Option(names = "--status", description = "Only those that are final, paid, …") @Nullable String status) {
        if (name == null) {
            return list(given, status);
        }
        Gateway gateway = given.gateway();
        String id = name.startsWith("inv_") || name.equals("upcoming")
                ? name
                : Lookup.row(gateway, Routes.GET_INVOICES, "invoice", name, "number")
                        .path("id")
                        .asString("");
        if (line != null) {
            return intervals(given, id, line);
        }
        JsonNode json = gateway.send(
                        id.equals("upcoming")
                                ? Call.of(Routes.GET_INVOICES_UPCOMING).call()
                                : Call.of(Routes.GET_INVOICES_ID, id).call())
                .json();
        Screen screen = given.screen();
        Invoice invoice = new Invoice(json);
        if (given.json()) {
            screen.json(json);
            return Exit.OK;
        } else if (given.quiet()) {
            screen.line(invoice.id());
            return Exit.OK;
        }
        screen.line("Invoice %s, %s, %s to %s"
                .formatted(
                        Words.clean(invoice.number().isEmpty() ? id : invoice.number()),
                        invoice.status(),
                        Words.time(invoice.period().start()),
                        Words.time(invoice.period().end())));
        Table table = new Table("LINE", "WHAT", ">QUANTITY", "UNIT", ">UNIT PRICE", ">AMOUNT");
        for (InvoiceLine one : invoice.lines()) {
            table.row(
                    one.id(),
                    one.description(),
                    one.quantity(),
                    one.unit(),
                    one.unitPrice(),
                    Words.money(one.amount().json()));
        }
        screen.table(table);
        screen.line("Subtotal %s, tax %s, total %s, due %s"
                .formatted(
                        Words.money(invoice.subtotal().json()),
                        Words.money(invoice.tax().json()),
                        Words.money(invoice.total().json()),
                        Words.money(invoice.amountDue().json())));
        return Exit.OK;
    }

    private static int list(Given given, @Nullable String status) {
        List<JsonNode> rows = given.gateway()
                .all(Call.of(Routes.GET_INVOICES).with("status", status).call());
        if (given.json()) {
            given.screen().json(WorkloadCommands.page(rows));
            return Exit.OK;
        }
        Table table = new Table("NUMBER", "ID", "STATUS", "FROM", "TO", ">TOTAL", ">DUE");
        for (JsonNode row : rows) {
            Invoice invoice = new Invoice(row);
            if (given.quiet()) {
                given.screen().line(invoice.id());
            }
            table.row(
                    invoice.number(),
                    invoice.id(),
                    invoice.status(),
                    Words.time(invoice.period().start()),
                    Words.time(invoice.period().end()),
                    Words.money(invoice.total().json()),
                    Words.money(invoice.amountDue().json()));
        }
        if (!given.quiet()) {
            given.screen().table(table);
        }
        return Exit.OK;
    }

    private static int intervals(Given given, String invoice, String line) {
        List<JsonNode> rows = given.gateway()
                .all(Call.of(Routes.GET_INVOICES_ID_LINES_LINE_INTERVALS, invoice, line)
                        .call());
        if (given.json()) {
            given.screen().json(WorkloadCommands.page(rows));
            return Exit.OK;
        }
        Table table = new Table("OF", "STARTED", "FINISHED", ">MS", "SIZE", "BILLED", "CAUSE");
        for (JsonNode row : rows) {
            Interval one = new Interval(row);
            table.row(
                    one.container().isEmpty() ? one.volume() : one.container(),
                    one.text("started_at"),
                    one.text("finished_at"),
                    one.ms(),
                    Words.size(one.cpuMillis(), one.memoryMib()),
                    one.billed() ? "yes" : "no: " + one.zeroReason(),
                    row.path("cause").path("operation").asString(""));
        }
        given.screen().table(table);
        return Exit.OK;
    }
}
