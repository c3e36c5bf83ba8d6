package dev.berth.launcher;

import dev.berth.launcher.data.LaunchException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program behind {@code ./berth}. Exit codes: 0 done, 1 not done (and why), 2 misused. */
@Command(
        name = "berth",
        description = "Containers as a Service that anyone can host, billed by the second.",
        mixinStandardHelpOptions = true,
        version = "0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        footer = "These are the operator's. The customer's (login, run, ps, logs, exec, …): ./berth --help",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            DoctorCommand.class,
            DemoCommand.class,
            TestCommand.class,
            BenchCommand.class
        })
public final class Main {
    private Main() {}

    /** Runs one command. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler(Main::explain);
        line.setUsageHelpAutoWidth(true);
        return line;
    }

    private static int explain(Exception problem, CommandLine line, CommandLine.ParseResult parsed) {
        if (problem instanceof LaunchException known) {
            line.getErr().println();
            line.getErr().println("berth: " + known.getMessage());
            line.getErr().println(known.advice().indent(2).stripTrailing());
        } else {
            line.getErr().println("berth: this should not have happened; please report it with what follows");
            problem.printStackTrace(line.getErr());
        }
        line.getErr().flush();
        return 1;
    }
}
