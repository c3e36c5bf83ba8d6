package dev.berth.gateway.forward;

import dev.berth.gateway.edge.Paging;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Containers and the end of their logs, for the pages. Thread-safe. */
@Component
public class Containers {
    private static final int MOST_BYTES = 64 * 1024;

    private final Downstream downstream;

    Containers(Downstream downstream) {
        this.downstream = downstream;
    }

    /** The containers of a workload, the newest first, at most 50. */
    public List<Shapes.Container> newest(Asker asker, WorkloadId workload) {
        JsonNode page = downstream.json(Call.get(Owner.PROVISIONER, "/internal/v1/containers", asker)
                .with("workload", workload)
                .with("limit", Paging.DEFAULT_LIMIT));
        return Json.mapper().treeToValue(page, Shapes.ContainerPage.class).data();
    }

    /**
     * One container.
     *
     * @throws dev.berth.gateway.edge.Refusal 404 for what is no id
     * @throws PassedProblem 404 for one that is not there, or another account's
     */
    public Shapes.Container one(Asker asker, String id) {
        JsonNode found =
                downstream.json(Call.get(Owner.PROVISIONER, "/internal/v1/containers/" + Ids.container(id), asker));
        return Json.mapper().treeToValue(found, Shapes.Container.class);
    }

    /** The last lines that a workload wrote; broken off after 64 KiB. */
    public String lastLines(Asker asker, WorkloadId workload, int lines) {
        Call call = Call.get(Owner.PROVISIONER, "/internal/v1/workloads/" + workload + "/logs", asker)
                .with("tail", lines);
        try (Downstream.Stream logs = downstream.stream(call, "text/plain")) {
            return new String(logs.body().readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
