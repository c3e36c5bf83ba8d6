package dev.berth.client;

import dev.berth.client.api.Container;
import dev.berth.client.api.Routes;
import dev.berth.client.api.WorkloadView;
import dev.berth.client.call.Call;
import dev.berth.client.call.Gateway;
import dev.berth.client.call.Position;
import dev.berth.client.screen.Words;
import dev.berth.client.terminal.RemoteProgram;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;

/** What containers write, and programs in them. */
final class OutputCommands {
    private OutputCommands() {}

    @Command(
            description = "Shows what containers wrote, and with -f goes on, also over connections that break.",
            mixinStandardHelpOptions = true)
    static int logs(
            @Mixin Given given,
            @Parameters(paramLabel = "WORKLOAD|CONTAINER") String name,
            @Option(
                            names = {"-f", "--follow"},
                            description = "Go on with what is written from now on.")
                    boolean follow,
            @Option(
                            names = {"-n", "--tail"},
                            paramLabel = "LINES",
                            description = "How many lines to begin with, to 10000; 100 if not given.")
                    @Nullable
                    Integer tail,
            @Option(
                            names = "--since",
                            paramLabel = "TIME",
                            description = "Only lines from then on: a time, or how long ago, such as 10m.")
                    @Nullable
                    String since,
            @Option(names = "--search", paramLabel = "TEXT", description = "Only lines that have this in them.")
                    @Nullable
                    String search) {
        boolean container = name.startsWith("ctr_");
        String id = container ? name : Lookup.workload(given.gateway(), name).id();
        Call call = Call.of(container ? Routes.GET_CONTAINERS_ID_LOGS : Routes.GET_WORKLOADS_ID_LOGS, id)
                .with("tail", tail)
                .with("since", since == null ? null : Words.given(since, Instant.now()))
                .with("search", search)
                .with("follow", follow ? true : null)
                .call();
        Position position = Position.start();
        Gateway.Reader written = (time, _, line) -> {
            given.world().out().println(shown(given, time, line));
            return given.screen().flush();
        };
        while (given.gateway().follow(call, position, written) == Gateway.End.SAID
                && follow
                && goesOn(given.gateway(), container, id)) {
            pause();
        }
        return Exit.OK;
    }

    /** A line as it is, or as JSON with its time. */
    static String shown(Given given, String time, String line) {
        return given.json()
                ? JsonNodeFactory.instance
                        .objectNode()
                        .put("time", time)
                        .put("line", line)
                        .toString()
                : line;
    }

    /** A stream also ends when it is old; what runs goes on, and so does who follows it. */
    private static boolean goesOn(Gateway gateway, boolean container, String id) {
        if (container) {
            String state = new Container(
                            gateway.send(Call.of(Routes.GET_CONTAINERS_ID, id).call())
                                    .json())
                    .state();
            return state.equals("running") || state.equals("starting");
        }
        WorkloadView workload = new WorkloadView(
                gateway.send(Call.of(Routes.GET_WORKLOADS_ID, id).call()).json());
        return workload.desired().state().equals("running")
                && !List.of("finished", "failed").contains(workload.observed().state());
    }

    private static void pause() {
        try {
            Thread.sleep(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Command(
            description = {
                "Runs a program in a container and ends with its exit code; /bin/sh if none is named.",
                "Options come before the container's name; what is behind it is the program."
            },
            mixinStandardHelpOptions = true)
    static int exec(
            @Mixin Given given,
            @Option(
                            names = {"-i", "--interactive"},
                            description = "What is typed goes to it.")
                    boolean interactive,
            @Option(
                            names = {"-t", "--tty"},
                            description = "It has a terminal.")
                    boolean tty,
            @Parameters(index = "0", paramLabel = "WORKLOAD|CONTAINER") String name,
            @Parameters(index = "1..*", arity = "0..*", paramLabel = "WORD") @Nullable List<String> words) {
        List<String> program = words == null ? List.of() : words;
        if (!program.isEmpty() && program.getFirst().equals("--")) {
            program = program.subList(1, program.size());
        }
        World world = given.world();
        boolean shell = program.isEmpty() && world.terminalIn() && world.terminalOut();
        String container = Lookup.container(given.gateway(), name);
        Call call = Call.of(Routes.GET_CONTAINERS_ID_EXEC, container).call();
        for (String word : program) {
            call = call.with("command", word);
        }
        return new RemoteProgram(given.gateway(), world.in(), world.out())
                .run(call, interactive || shell, tty || shell, world.terminalIn() && world.terminalOut());
    }
}
