package dev.berth.gateway.forward;

import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.workload.Fetching;
import dev.berth.schema.id.WorkloadId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Asks the provisioner how far it is with an image; who looks at a workload waits for that no longer than a second. Thread-safe. */
@Component
class FetchingFromProvisioner implements Fetching {
    private static final Logger LOG = LoggerFactory.getLogger(FetchingFromProvisioner.class);
    private static final Duration AT_MOST = Duration.ofSeconds(1);
    private static final Executor VIRTUAL = task -> Thread.ofVirtual().start(task);

    private final Downstream downstream;

    FetchingFromProvisioner(Downstream downstream) {
        this.downstream = downstream;
    }

    @Override
    public Optional<String> howFar(WorkloadId workload, RequestContext context) {
        Call call = Call.get(Owner.PROVISIONER, "/internal/v1/containers", Asker.of(context))
                .with("workload", workload)
                .with("state", "pulling")
                .with("limit", 1);
        try {
            JsonNode page = CompletableFuture.supplyAsync(() -> downstream.json(call), VIRTUAL)
                    .get(AT_MOST.toMillis(), TimeUnit.MILLISECONDS);
            JsonNode message = page.path("data").path(0).path("message");
            return message.isString() ? Optional.of(message.stringValue()) : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            LOG.debug("the provisioner did not say at once how far a pull is", e);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof Refusal) && !(e.getCause() instanceof PassedProblem)) {
                throw new IllegalStateException(e.getCause());
            }
            LOG.debug("the provisioner does not say how far a pull is", e);
        }
        return Optional.empty();
    }
}
