package dev.berth.launcher;

import dev.berth.launcher.data.RunState;
import dev.berth.launcher.machine.Machine;
import dev.berth.launcher.part.HttpProbe;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "status",
        description = "Shows each part: state, process, port, whether it is ready, memory. Exit 0 when all are ready.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private Where where = new Where();

    @Override
    public Integer call() {
        Optional<RunState> found = where.state();
        if (found.isEmpty()) {
            System.out.printf(
                    "No Berth was ever started on %s.%n", where.directory().root());
            return 1;
        }
        RunState state = found.get();
        System.out.printf("%s on %s%n", headline(state), where.directory().root());
        System.out.printf(
                "%-13s %-9s %8s %6s %-7s %9s %s%n", "part", "state", "pid", "port", "ready", "memory", "restarts");
        long total = row("launcher", state.supervised(), state.launcher().pid(), 0, "", 0);
        boolean allReady = state.supervised() && state.phase() == RunState.Phase.READY;
        for (RunState.PartState part : state.parts()) {
            boolean ready = part.alive() && ready(part, state.bind());
            allReady &= ready;
            total += row(
                    part.name(),
                    part.alive(),
                    part.process() == null ? 0 : part.process().pid(),
                    part.port(),
                    ready ? "yes" : "no",
                    part.restarts());
        }
        System.out.printf("%-13s %-9s %8s %6s %-7s %5d MiB%n", "all", "", "", "", "", total / 1024);
        return allReady ? 0 : 1;
    }

    private static String headline(RunState state) {
        if (state.supervised()) {
            return "Berth is %s (http://%s:%d)"
                    .formatted(state.phase().name().toLowerCase(Locale.ROOT), state.bind(), state.port());
        }
        boolean orphans = state.parts().stream().anyMatch(RunState.PartState::alive);
        if (orphans) {
            return "The launcher was killed; its parts run without supervision (./berth up takes over, ./berth down stops them),";
        }
        return state.failure() == null
                ? "Berth does not run"
                : "Berth does not run (last start: %s)".formatted(state.failure());
    }

    private static long row(String name, boolean alive, long pid, int port, String ready, int restarts) {
        long memory = alive ? (port == 0 ? Machine.ownMemoryKib(pid) : Machine.memoryKib(pid)) : 0;
        System.out.printf(
                "%-13s %-9s %8s %6s %-7s %5d MiB %s%n",
                name,
                alive ? "running" : "stopped",
                alive ? Long.toString(pid) : "",
                port == 0 ? "" : Integer.toString(port),
                ready,
                memory / 1024,
                restarts == 0 ? "" : Integer.toString(restarts));
        return memory;
    }

    private static boolean ready(RunState.PartState part, String bind) {
        return switch (part.name()) {
            case "postgresql", "kafka" -> HttpProbe.listens("127.0.0.1", part.port());
            case "gateway" ->
                HttpProbe.get(bind.equals("0.0.0.0") ? "127.0.0.1" : bind, part.port(), "/readyz")
                        .filter(answer -> answer.status() == 200)
                        .isPresent();
            default ->
                HttpProbe.get("127.0.0.1", part.port(), "/readyz")
                        .filter(answer -> answer.status() == 200)
                        .isPresent();
        };
    }
}
