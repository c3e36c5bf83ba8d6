package dev.berth.client;

import dev.berth.client.api.Container;
import dev.berth.client.api.Routes;
import dev.berth.client.api.RunView;
import dev.berth.client.api.WorkloadView;
import dev.berth.client.call.Call;
import dev.berth.client.call.Gateway;
import dev.berth.client.screen.Words;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A job from here on to its end. What it writes is followed by one thread, which says where it is, and read once more behind that when the
 * run has ended, so that nothing is lost or written twice; how it ended is asked for twice a second. For one use.
 */
final class JobRun {
    private static final long LOOK_MILLIS = 500;

    private final Given given;
    private final Gateway gateway;
    private final WorkloadView job;
    private final Object writing = new Object();
    private String last = "";
    private boolean ended;

    JobRun(Given given, WorkloadView job) {
        this.given = given;
        this.gateway = given.gateway();
        this.job = job;
    }

    /** Writes what the job writes, and returns its exit code. */
    int toItsEnd() {
        Thread.ofVirtual().name("job-logs").start(this::follow);
        RunView run = run();
        while (run.state().isEmpty() || run.state().equals("running")) {
            pause();
            run = run();
        }
        synchronized (writing) {
            ended = true;
            gateway.follow(logs(false), last, this::write);
        }
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
            boolean goesOn = true;
            while (goesOn) {
                String from;
                synchronized (writing) {
                    from = last;
                }
                goesOn = gateway.follow(logs(true), from, this::writeWhileItGoesOn) == Gateway.End.SAID;
                pause();
                synchronized (writing) {
                    goesOn &= !ended;
                }
            }
        } catch (RuntimeException e) {
            // What was not followed is read at the end.
        }
    }

    private Call logs(boolean follow) {
        return Call.of(Routes.GET_WORKLOADS_ID_LOGS, job.id())
                .with("tail", 10_000)
                .with("follow", follow ? true : null)
                .call();
    }

    private boolean writeWhileItGoesOn(String id, String type, String line) {
        synchronized (writing) {
            return !ended && write(id, type, line);
        }
    }

    private boolean write(String id, String type, String line) {
        last = id.isEmpty() ? last : id;
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
