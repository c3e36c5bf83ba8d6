package dev.berth.client;

import dev.berth.client.api.OperationView;
import dev.berth.client.api.Routes;
import dev.berth.client.api.WorkloadView;
import dev.berth.client.call.Answer;
import dev.berth.client.call.Call;
import dev.berth.client.call.Gateway;
import dev.berth.client.call.Refused;
import dev.berth.client.screen.Words;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Waits until an operation is through, and says meanwhile how far it is. */
final class Waiting {
    private static final long LOOK_MILLIS = 400;

    private final Given given;
    private final Gateway gateway;
    private String said = "";

    Waiting(Given given) {
        this.given = given;
        this.gateway = given.gateway();
    }

    /**
     * Waits.
     *
     * @param accepted the answer to the write that began it
     * @throws Complaint if it ended otherwise, or goes on after so long
     */
    void forOperation(Answer accepted, Duration atMost) {
        String id = accepted.operation();
        if (id.isEmpty()) {
            return;
        }
        long until = System.nanoTime() + atMost.toNanos();
        while (true) {
            OperationView operation = read(id);
            if (operation == null || operation.state().equals("succeeded")) {
                return;
            }
            String why = progress(operation);
            if (!operation.state().equals("running")) {
                throw new Complaint(
                        Exit.REFUSED,
                        "It %s%s"
                                .formatted(
                                        ended(operation.state()),
                                        operation.message().isEmpty() ? "." : ": " + Words.clean(operation.message())),
                        "'berth events --operation %s' tells what happened.".formatted(id));
            }
            if (System.nanoTime() > until) {
                throw new Complaint(
                        Exit.REFUSED,
                        "It is not through after %d s%s"
                                .formatted(atMost.toSeconds(), why.isEmpty() ? "." : ": " + why),
                        "Berth goes on; 'berth operations %s' tells how far it is.".formatted(id));
            }
            pause();
        }
    }

    private static String ended(String state) {
        return switch (state) {
            case "failed" -> "failed";
            case "timed_out" -> "timed out";
            case "cancelled" -> "was cancelled";
            default -> "was overtaken by a later change";
        };
    }

    private @Nullable OperationView read(String id) {
        try {
            return new OperationView(
                    gateway.send(Call.of(Routes.GET_OPERATIONS_ID, id).call()).json());
        } catch (Refused refused) {
            if (refused.status() == 404 || refused.status() == 403) {
                return null; // nothing had to be done, or the key may not read operations
            }
            throw refused;
        }
    }

    private String progress(OperationView operation) {
        if (!operation.subject().startsWith("wl_")) {
            return Words.clean(operation.message());
        }
        WorkloadView workload = new WorkloadView(gateway.send(
                        Call.of(Routes.GET_WORKLOADS_ID, operation.subject()).call())
                .json());
        String message = workload.observed().message();
        String now = Words.clean("%s: %s, %d of %d ready%s"
                .formatted(
                        workload.name(),
                        workload.observed().state(),
                        workload.observed().ready(),
                        workload.desired().state().equals("running") ? workload.replicas() : 0,
                        message.isEmpty() ? "" : ", " + message));
        if (!now.equals(said) && !given.quiet()) {
            given.say(now);
        }
        said = now;
        return now;
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
