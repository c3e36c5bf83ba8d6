package dev.berth.client;

import dev.berth.client.api.Container;
import dev.berth.client.api.Routes;
import dev.berth.client.api.RunView;
import dev.berth.client.api.WorkloadView;
import dev.berth.client.call.Call;
import dev.berth.client.call.Gateway;
import dev.berth.client.call.Position;
import dev.berth.client.screen.Words;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A job from here on to its end. What it writes is followed by one thread, which says where it is, and read once more behind that when the
 * run has ended, so that nothing is lost or written twice; how it ended is asked for twice a second. For one use.
 */
final class JobRun {
    private static final long LOOK_MILLIS = 500;
    private static final Duration LEAVE = Duration.ofSeconds(5);

    private final Given given;
    private final Gateway gateway;
    private final WorkloadView job;
    private final Position position = Position.start();
    private volatile boolean ended;

    JobRun(Given given, WorkloadView job) {
        this.given = given;
        this.gateway = given.gateway();
        this.job = job;
    }

    /** Writes what the job writes, and returns its exit code. */
    int toItsEnd() {
        Thread follower = Thread.ofVirtual().name("job-logs").start(this::follow);
        RunView run = run();
        while (run.state().isEmpty() || run.state().equals("running")) {
            pause();
            run = run();
        }
        ended = true;
        leave(follower);
        gateway.follow(logs(false), position, this::write);
        given.world().out().flush();
        if (run.state().equals("succeeded")) {
            return Exit.OK;
        }
        int code = exitCode(run.number("run"));
        given.say("berth: the job %s%s"
                .formatted(run.state(), run.message().isEmpty() ? "" : ": " + Words.clean(run.message())));
        return code == 0 ? Exit.REFUSED : code;
    }

    private RunView run() {
        JsonNode runs = gateway.send(
                        Call.of(Routes.GET_WORKLOADS_ID_RUNS, job.id()).call())
                .json();
        return new RunView(runs.path("data").valueStream().findFirst().orElse(JsonNodeFactory.instance.objectNode()));
    }

    /** What its container ended with that ended last, of those that ended badly; 0 for none. */
    private int exitCode(long run) {
        List<JsonNode> containers = gateway.all(
                Call.of(Routes.GET_WORKLOADS_ID_CONTAINERS, job.id()).call());
        return containers.stream()
                .filter(json -> json.path("run").asLong(run) == run)
                .map(Container::new)
                .filter(container -> container.has("exit_code") && container.exitCode() != 0)
                .mapToInt(container -> (int) container.exitCode())
                .findFirst()
                .orElse(Exit.OK);
    }

    /** The stream says its end when no container runs, which may be before the first does. */
    private void follow() {
        try {
            while (!ended && gateway.follow(logs(true), position, this::write) == Gateway.End.SAID) {
                pause();
            }
        } catch (RuntimeException e) {
            // What was not followed is read at the end.
        }
    }

    /** The stream ends with the last container; one that does not is broken off. */
    private static void leave(Thread follower) {
        try {
            if (!follower.join(LEAVE)) {
                follower.interrupt();
                follower.join(LEAVE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Call logs(boolean follow) {
        return Call.of(Routes.GET_WORKLOADS_ID_LOGS, job.id())
                .with("tail", 10_000)
                .with("follow", follow ? true : null)
                .call();
    }

    private boolean write(String id, String type, String line) {
        given.world().out().println(OutputCommands.shown(given, id, line));
        return given.screen().flush();
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
