package dev.berth.client;

import dev.berth.client.api.Container;
import dev.berth.client.api.Route;
import dev.berth.client.api.Routes;
import dev.berth.client.api.WorkloadView;
import dev.berth.client.call.Call;
import dev.berth.client.call.Gateway;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Finds things by what people call them. */
final class Lookup {
    private Lookup() {}

    /** A workload by its id or its name. */
    static WorkloadView workload(Gateway gateway, String text) {
        if (text.startsWith("wl_")) {
            return new WorkloadView(
                    gateway.send(Call.of(Routes.GET_WORKLOADS_ID, text).call()).json());
        }
        JsonNode found = gateway.send(
                        Call.of(Routes.GET_WORKLOADS).with("name", text).call())
                .json();
        return new WorkloadView(found.path("data")
                .valueStream()
                .findFirst()
                .orElseThrow(() -> missing("workload", text, "'berth ps -a' lists those that there are.")));
    }

    /** A container by its id, or the first that runs of a workload. */
    static String container(Gateway gateway, String text) {
        if (text.startsWith("ctr_")) {
            return text;
        }
        WorkloadView workload = workload(gateway, text);
        List<JsonNode> running = gateway.some(
                Call.of(Routes.GET_WORKLOADS_ID_CONTAINERS, workload.id())
                        .with("state", "running")
                        .call(),
                1);
        return running.stream()
                .findFirst()
                .map(json -> new Container(json).id())
                .orElseThrow(() -> new Complaint(
                        Exit.REFUSED,
                        "No container of '%s' runs.".formatted(workload.name()),
                        "It is %s; 'berth start %s' starts it."
                                .formatted(workload.observed().state(), workload.name())));
    }

    /** A row of a list by its id, or by one of these members. */
    static JsonNode row(Gateway gateway, Route list, String what, String text, String... members) {
        Optional<JsonNode> found = gateway.all(Call.of(list).call()).stream()
                .filter(row -> List.of(members).stream()
                        .anyMatch(member -> row.path(member).asString("").equals(text)))
                .findFirst();
        return found.orElseThrow(() -> missing(what, text, "Without a name the command lists those that there are."));
    }

    private static Complaint missing(String what, String text, String hint) {
        return new Complaint(Exit.NOT_FOUND, "There is no %s '%s'.".formatted(what, text), hint);
    }
}
