package dev.berth.client;

import dev.berth.client.api.FeedEvent;
import dev.berth.client.api.OperationView;
import dev.berth.client.api.Routes;
import dev.berth.client.call.Call;
import dev.berth.client.call.Gateway;
import dev.berth.client.call.Position;
import dev.berth.client.screen.Screen;
import dev.berth.client.screen.Table;
import dev.berth.client.screen.Words;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What happened, and who caused it. */
final class HistoryCommands {
    private HistoryCommands() {}

    private static final int USUAL = 20;

    @Command(
            description =
                    "Shows the last events, and with -f goes on with those that come: none is lost or comes twice.",
            mixinStandardHelpOptions = true)
    static int events(
            @Mixin Given given,
            @Option(names = {"-f", "--follow"}) boolean follow,
            @Option(
                            names = {"-n", "--tail"},
                            paramLabel = "N",
                            description = "How many to begin with; 20 if not given.")
                    @Nullable
                    Integer tail,
            @Option(
                            names = "--type",
                            paramLabel = "TYPE",
                            description = "Such as container.started, or container; commas between.")
                    @Nullable
                    String type,
            @Option(names = "--workload", paramLabel = "WORKLOAD") @Nullable String workload,
            @Option(names = "--operation", paramLabel = "ID", description = "Only what it caused.") @Nullable
                    String operation) {
        Gateway gateway = given.gateway();
        Call call = Call.of(Routes.GET_EVENTS)
                .with("type", type)
                .with(
                        "workload",
                        workload == null
                                ? null
                                : Lookup.workload(gateway, workload).id())
                .with("operation", operation)
                .call();
        // The newest of all, filter or not: the stream goes on behind it, so that nothing falls between the two.
        String newest = follow
                ? gateway.some(Call.of(Routes.GET_EVENTS).call(), 1).stream()
                        .map(json -> new FeedEvent(json).id())
                        .findFirst()
                        .orElse("")
                : "";
        int wanted = tail == null ? USUAL : tail;
        List<JsonNode> before =
                wanted == 0 ? List.of() : gateway.some(call, wanted).reversed();
        before.forEach(json -> show(given, json));
        boolean read = given.screen().flush();
        if (follow && read) {
            String shown = before.isEmpty() ? "" : new FeedEvent(before.getLast()).id();
            gateway.follow(call, Position.behind(after(newest, shown)), (id, _, data) -> {
                if (before.stream()
                        .noneMatch(json -> json.path("id").asString("").equals(id))) {
                    show(given, JsonMapper.shared().readTree(data));
                }
                return given.screen().flush();
            });
        }
        return Exit.OK;
    }

    /** What was shown may be newer than what was the newest a moment before. */
    private static String after(String newest, String shown) {
        return newest.isEmpty() ? shown : newest;
    }

    private static void show(Given given, JsonNode json) {
        FeedEvent event = new FeedEvent(json);
        if (given.json()) {
            given.screen().json(json);
        } else if (given.quiet()) {
            given.screen().line(event.id());
        } else {
            given.screen()
                    .line(Words.clean("%s  %-22s  %s  by %s"
                            .formatted(Words.time(event.time()), event.type(), event.subject(), event.actor())));
        }
    }

    @Command(
            description = "Lists what was asked for and what became of it; shows one with its steps.",
            mixinStandardHelpOptions = true)
    static int operations(
            @Mixin Given given,
            @Parameters(index = "0", arity = "0..1", paramLabel = "ID") @Nullable String id,
            @Option(names = "--state", description = "Only those that are running, failed, …") @Nullable String state,
            @Option(
                            names = {"-n", "--tail"},
                            paramLabel = "N",
                            description = "How many; 20 if not given.")
                    @Nullable
                    Integer tail,
            @Option(names = "--cancel", description = "Cancel it.") boolean cancel,
            @Option(names = "--retry", description = "Do it again.") boolean retry) {
        Screen screen = given.screen();
        if (id == null) {
            List<JsonNode> rows = given.gateway()
                    .some(Call.of(Routes.GET_OPERATIONS).with("state", state).call(), tail == null ? USUAL : tail);
            if (given.json()) {
                screen.json(WorkloadCommands.page(rows));
                return Exit.OK;
            }
            Table table = new Table("ID", "WHAT", "OF", "STATE", "ACCEPTED", "MESSAGE");
            for (JsonNode row : rows) {
                OperationView one = new OperationView(row);
                if (given.quiet()) {
                    screen.line(one.id());
                }
                table.row(
                        one.id(), one.verb(), one.subject(), one.state(), Words.time(one.acceptedAt()), one.message());
            }
            if (!given.quiet()) {
                screen.table(table);
            }
            return Exit.OK;
        }
        Call call = cancel
                ? Call.of(Routes.POST_OPERATIONS_ID_CANCEL, id).call()
                : retry
                        ? Call.of(Routes.POST_OPERATIONS_ID_RETRY, id).call()
                        : Call.of(Routes.GET_OPERATIONS_ID, id).call();
        JsonNode json = given.gateway().send(call).json();
        if (given.json()) {
            screen.json(json);
        } else {
            OperationView one = new OperationView(json);
            screen.line(Words.clean("%s  %s  %s  %s".formatted(one.id(), one.verb(), one.state(), one.message())));
            Table table = new Table("STEP", "OF", "STATE", "MESSAGE");
            one.steps()
                    .forEach(step -> table.row(
                            step.text("verb"), step.text("subject"), step.text("state"), step.text("message")));
            screen.table(table);
        }
        return Exit.OK;
    }
}
