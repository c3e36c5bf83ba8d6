package dev.berth.client;

import dev.berth.client.api.Routes;
import dev.berth.client.api.WorkloadView;
import dev.berth.client.call.Call;
import dev.berth.client.screen.Table;
import dev.berth.client.screen.Words;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What there is. */
final class WorkloadCommands {
    private WorkloadCommands() {}

    private static final Map<String, dev.berth.client.api.Route> BY_PREFIX = Map.of(
            "ctr", Routes.GET_CONTAINERS_ID,
            "vol", Routes.GET_VOLUMES_ID,
            "sec", Routes.GET_SECRETS_ID,
            "inv", Routes.GET_INVOICES_ID,
            "op", Routes.GET_OPERATIONS_ID,
            "stk", Routes.GET_STACKS_ID);

    @Command(description = "Lists workloads that run, or are to.", mixinStandardHelpOptions = true)
    static int ps(
            @Mixin Given given,
            @Option(
                            names = {"-a", "--all"},
                            description = "Those that are stopped or have ended, too.")
                    boolean all,
            @Option(names = "--kind", description = "Only service, job, cron or machine.") @Nullable String kind,
            @Option(names = "--label", paramLabel = "NAME=VALUE") @Nullable String label) {
        Call call = Call.of(Routes.GET_WORKLOADS)
                .with("kind", kind)
                .with("label", label)
                .call();
        List<JsonNode> rows = given.gateway().all(call).stream()
                .filter(row -> all || isUp(new WorkloadView(row)))
                .toList();
        if (given.json()) {
            given.screen().json(page(rows));
            return Exit.OK;
        }
        Table table = new Table("NAME", "ID", "KIND", "IMAGE", "STATE", ">READY", "SIZE", ">FOR", "MESSAGE");
        Instant now = Instant.now();
        for (JsonNode row : rows) {
            WorkloadView workload = new WorkloadView(row);
            if (given.quiet()) {
                given.screen().line(workload.id());
            } else {
                table.row(
                        workload.name(),
                        workload.id(),
                        workload.kind(),
                        workload.image(),
                        workload.observed().state(),
                        "%d/%d".formatted(workload.observed().ready(), workload.replicas()),
                        Words.size(workload.cpuMillis(), workload.memoryMib()),
                        Words.age(workload.observed().since(), now),
                        workload.observed().message());
            }
        }
        if (!given.quiet()) {
            given.screen().table(table);
        }
        return Exit.OK;
    }

    private static boolean isUp(WorkloadView workload) {
        return workload.observed().running() > 0
                || (workload.desired().state().equals("running")
                        && !workload.observed().state().equals("finished"));
    }

    /** Rows as the API has a whole list. */
    static ObjectNode page(List<JsonNode> rows) {
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        page.putArray("data").addAll(rows);
        page.putNull("next_cursor");
        return page;
    }

    @Command(
            description = "Shows all that the API says of things, by id, or by name for workloads.",
            mixinStandardHelpOptions = true)
    static int inspect(@Mixin Given given, @Parameters(arity = "1..*", paramLabel = "NAME|ID") List<String> names) {
        for (String name : names) {
            String prefix = name.contains("_") ? name.substring(0, name.indexOf('_')) : "";
            var route = BY_PREFIX.get(prefix);
            JsonNode json = route == null
                    ? Lookup.workload(given.gateway(), name).json()
                    : given.gateway().send(Call.of(route, name).call()).json();
            if (given.json()) {
                given.screen().json(json);
            } else if (given.quiet()) {
                given.screen().line(json.path("id").asString(""));
            } else {
                given.screen().line(json.toPrettyString());
            }
        }
        return Exit.OK;
    }
}
