package dev.berth.launcher;

import dev.berth.launcher.child.Child;
import dev.berth.launcher.child.StopSignal;
import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.data.RunState;
import dev.berth.launcher.engine.Engine;
import dev.berth.launcher.machine.DockerHost;
import dev.berth.launcher.machine.VolumeDisk;
import dev.berth.launcher.ring.LeftOvers;
import dev.berth.launcher.ring.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "down",
        description =
                "Stops Berth in order: services, Kafka, PostgreSQL. Tenants' containers go on, and are billed, unless told otherwise.",
        mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration GRACE = Duration.ofSeconds(10);

    @Mixin
    private Where where = new Where();

    @Option(
            names = "--containers",
            description = "Stop the tenants' containers too; the next ./berth up starts them again.")
    private boolean containers;

    @Override
    public Integer call() {
        Progress progress = new Progress(System.out);
        Optional<RunState> found = where.state();
        if (found.isEmpty()
                || (!found.get().supervised() && LeftOvers.of(found.get()).isEmpty())) {
            progress.line(
                    "Berth does not run on %s.".formatted(where.directory().root()));
        } else if (found.get().supervised()) {
            stopSupervisor(found.get(), progress);
        }
        where.state().ifPresent(state -> LeftOvers.stop(state, progress));
        if (where.directory().exists()) {
            tenants(progress);
            if (containers) {
                VolumeDisk.release(where.directory().root());
            }
        }
        return 0;
    }

    private void stopSupervisor(RunState state, Progress progress) {
        progress.say("berth", "stopping (pid %d)".formatted(state.launcher().pid()));
        StopSignal.TERM.send(state.launcher());
        List<RunState.PartState> running = LeftOvers.of(state);
        for (RunState.PartState part : running.reversed()) {
            if (part.process() != null && Child.endedWithin(part.process(), LIMIT)) {
                progress.say(part.name(), "stopped");
            }
        }
        if (!Child.endedWithin(state.launcher(), GRACE)) {
            state.launcher().handle().ifPresent(ProcessHandle::destroyForcibly);
            progress.say("berth", "the launcher did not end by itself and was ended");
        } else {
            progress.say("berth", "stopped");
        }
    }

    private void tenants(Progress progress) {
        Engine engine = new Engine(
                Optional.ofNullable(System.getenv("BERTH_DOCKER_HOST")).orElse(DockerHost.LOCAL));
        try {
            List<String> running = engine.runningContainers(where.directory().installation());
            if (containers) {
                running.forEach(container -> engine.stop(container, GRACE));
                progress.say("docker", "%d containers of tenants stopped".formatted(running.size()));
            } else if (!running.isEmpty()) {
                progress.say(
                        "docker",
                        "%d containers of tenants go on; the meter catches up at the next ./berth up (./berth down --containers stops them)"
                                .formatted(running.size()));
            }
        } catch (LaunchException e) {
            progress.say("docker", "does not answer; containers, if any, are as they were");
        }
    }
}
