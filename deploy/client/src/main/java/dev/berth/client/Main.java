package dev.berth.client;

import dev.berth.client.api.Problem;
import dev.berth.client.call.Away;
import dev.berth.client.call.Refused;
import dev.berth.client.screen.Words;
import dev.berth.client.terminal.RemoteProgram;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** The program {@code berth} for customers. */
public final class Main {
    /** The version. */
    static final String VERSION = "0.1.0";

    private Main() {}

    /** Runs one command and ends with its exit code. */
    public static void main(String[] arguments) {
        World world = World.ofProcess();
        int exit = run(world, arguments);
        world.flush();
        System.exit(exit);
    }

    static int run(World world, String... arguments) {
        CommandLine line = Commands.lineFor(world, arguments);
        line.setOut(writer(world.out()));
        line.setErr(writer(world.err()));
        line.setExecutionExceptionHandler((problem, _, _) -> explain(world, problem));
        int exit = line.execute(arguments);
        line.getOut().flush();
        line.getErr().flush();
        world.flush();
        return exit;
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private static int explain(World world, Exception problem) throws Exception {
        world.out().flush();
        List<String> lines = new ArrayList<>();
        int exit = switch (problem) {
            case Refused refused -> {
                lines.addAll(said(refused));
                yield Exit.of(refused);
            }
            case Away away -> {
                lines.add(Words.clean(String.valueOf(away.getMessage())));
                lines.add(
                        "Is that the right address, and is it up? 'berth whoami' shows it; BERTH_URL or --profile names another.");
                yield Exit.AWAY;
            }
            case Complaint complaint -> {
                lines.add(String.valueOf(complaint.getMessage()));
                lines.add(complaint.hint());
                yield complaint.exit();
            }
            case RemoteProgram.Broken broken -> {
                lines.add(Words.clean(String.valueOf(broken.getMessage())));
                yield Exit.REFUSED;
            }
            case UncheckedIOException io -> {
                lines.add(Words.clean(String.valueOf(io.getMessage())));
                yield Exit.REFUSED;
            }
            case IllegalArgumentException wrong -> {
                lines.add(Words.clean(String.valueOf(wrong.getMessage())));
                yield Exit.USAGE;
            }
            default -> throw problem;
        };
        PrintStream err = world.err();
        err.println("berth: " + lines.getFirst());
        lines.stream().skip(1).filter(line -> !line.isBlank()).forEach(line -> err.println("  " + line));
        err.flush();
        return exit;
    }

    /** Title and detail, each field, what to do, and by what the operator finds it. */
    private static List<String> said(Refused refused) {
        Problem problem = refused.problem();
        List<String> lines = new ArrayList<>();
        String detail = problem.detail().isEmpty() ? "" : ": " + problem.detail();
        lines.add(Words.clean(refused.getMessage() + detail));
        problem.json()
                .path("errors")
                .forEach(error -> lines.add(Words.clean("%s %s"
                        .formatted(
                                error.path("field").asString(""),
                                error.path("message").asString("")))));
        lines.add(Words.clean(problem.hint()));
        if (!problem.requestId().isEmpty()) {
            lines.add(Words.clean("(status %d, request %s)".formatted(refused.status(), problem.requestId())));
        }
        return lines;
    }
}
