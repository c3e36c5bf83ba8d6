package dev.berth.client;

import dev.berth.client.api.Route;
import dev.berth.client.api.Routes;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/**
 * All commands, and a command line of those that an invocation needs: reading one command's options takes a tenth of the time of all, so
 * the others are read only for help and completion.
 */
final class Commands {
    private static final Map<String, Class<?>> HOLDERS = new LinkedHashMap<>();

    static {
        hold(SessionCommands.class, "signup", "login", "logout", "whoami", "open");
        hold(RunCommand.class, "run");
        hold(WorkloadCommands.class, "ps", "inspect");
        hold(OutputCommands.class, "logs", "exec");
        hold(ChangeCommands.class, "deploy", "scale", "stop", "start", "restart", "rollback", "rm");
        hold(StackCommands.class, "stack");
        hold(ThingCommands.class, "volumes", "secrets", "keys");
        hold(MoneyCommands.class, "quota", "usage", "cost", "invoices");
        hold(HistoryCommands.class, "events", "operations");
        hold(VerifyCommand.class, "verify");
        hold(ApiCommand.class, "api");
        hold(CompletionCommand.class, "completion");
    }

    @Command(
            name = "berth",
            description = {
                "Containers by the second.",
                "What the operator's checkout has beside this: up, down, status, doctor, demo, test, bench."
            },
            mixinStandardHelpOptions = true,
            version = Main.VERSION,
            synopsisSubcommandLabel = "COMMAND",
            footer = {
                "",
                "Exit codes: 0 done; 1 refused, or no good end; 2 misused; 3 not signed in, or not allowed; 4 not found; 5 Berth does not answer;"
                        + " 130 interrupted. 'exec', and 'run' of a job, end with the code of the program."
            })
    static final class Root {}

    /** Completes the methods of the API. */
    static final class Methods implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("GET", "POST", "PATCH", "PUT", "DELETE").iterator();
        }
    }

    /** Completes the paths of the API, from its document. */
    static final class Paths implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Routes.all().stream().map(Route::path).distinct().sorted().iterator();
        }
    }

    private Commands() {}

    private static void hold(Class<?> holder, String... names) {
        for (String name : names) {
            HOLDERS.put(name, holder);
        }
    }

    static Set<String> names() {
        return HOLDERS.keySet();
    }

    /** A line that understands these arguments. */
    static CommandLine lineFor(World world, String... arguments) {
        Optional<String> first =
                Arrays.stream(arguments).filter(word -> !word.startsWith("-")).findFirst();
        Optional<String> known = first.filter(HOLDERS::containsKey);
        if (known.isPresent()) {
            return line(world, Set.of(known.get()));
        }
        return line(world, List.of(arguments).equals(List.of("--version")) ? Set.of() : HOLDERS.keySet());
    }

    static CommandLine line(World world, Set<String> names) {
        CommandLine.IFactory factory = new CommandLine.IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                return type == Given.class
                        ? type.cast(new Given(world))
                        : CommandLine.defaultFactory().create(type);
            }
        };
        CommandLine root = new CommandLine(new Root(), factory);
        for (Map.Entry<String, Class<?>> one : HOLDERS.entrySet()) {
            if (names.contains(one.getKey())) {
                add(root, one.getKey(), one.getValue(), factory);
            }
        }
        if (names.size() > 1) {
            root.addSubcommand(new CommandLine(new HelpCommand(), factory));
        }
        root.setUsageHelpAutoWidth(world.terminalOut());
        root.setAbbreviatedOptionsAllowed(false);
        return root;
    }

    private static void add(CommandLine root, String name, Class<?> holder, CommandLine.IFactory factory) {
        if (holder.isAnnotationPresent(Command.class)) {
            root.addSubcommand(name, new CommandLine(holder, factory));
            return;
        }
        Object method = CommandLine.getCommandMethods(holder, name).getFirst();
        CommandLine command = new CommandLine(method, factory);
        root.addSubcommand(name, command);
        if (name.equals("exec")) {
            command.setStopAtPositional(true);
        }
    }

    /** Names, for messages. */
    static String list() {
        return Stream.concat(names().stream(), Stream.of("help")).collect(Collectors.joining(", "));
    }
}
