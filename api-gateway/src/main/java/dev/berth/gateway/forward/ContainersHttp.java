package dev.berth.gateway.forward;

import dev.berth.gateway.edge.Paging;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.edge.Sort;
import dev.berth.gateway.feed.EventStream;
import dev.berth.gateway.workload.Workloads;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Json;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Containers and logs, from the provisioner. */
@RestController
@Tag(name = "Containers", description = "What runs, as Docker sees it, and what it writes.")
class ContainersHttp {
    static final List<String> STATES =
            List.of("pending", "pulling", "starting", "running", "stopping", "stopped", "failed");
    private static final String LOGS =
            "The last lines come first, and with `follow=true` the answer goes on as the containers "
                    + "write. With `Accept: text/event-stream` each line is an event, and the "
                    + "stream goes on behind the one that `Last-Event-ID` names. Logs are kept after the container is gone: "
                    + "the last MiB of each, for 7 days, of the last 10 containers of a replica and 64 MiB compressed of "
                    + "an account, unless the operator has set another time and other sizes.";
    private static final String SEARCH =
            "Only lines that have this in them, upper and lower case alike; at most 200 characters. `tail` then counts those.";
    private static final int MAX_TAIL = 10_000;
    private static final int MAX_SEARCH = 200;
    private static final String LAST_SEEN = "Last-Event-ID";

    private final Downstream downstream;
    private final LogStreams logs;
    private final Workloads workloads;

    ContainersHttp(Downstream downstream, LogStreams logs, Workloads workloads) {
        this.downstream = downstream;
        this.logs = logs;
        this.workloads = workloads;
    }

    @GetMapping("/v1/workloads/{id}/containers")
    @Requires(Scope.WORKLOADS_READ)
    @Operation(
            summary = "List the containers of a workload",
            description = "The newest first, with those that have stopped. Times are the engine's own: what is billed.")
    @ApiResponse(
            responseCode = "200",
            description = "A page of containers.",
            content = @Content(schema = @Schema(implementation = Shapes.ContainerPage.class)))
    JsonNode ofWorkload(
            @PathVariable String id,
            @Parameter(description = "Only those in this state.") @RequestParam(required = false) @Nullable
                    String state,
            @Parameter(description = "`created_at` (the oldest first) or `-created_at`, which it is if not given.")
                    @RequestParam(required = false)
                    @Nullable
                    String sort,
            Principal.Customer caller,
            RequestContext context,
            Paging paging) {
        Sort order = byTime(sort);
        WorkloadId workload = mine(caller.account(), id);
        Call call = Call.get(Owner.PROVISIONER, "/internal/v1/containers", Asker.of(context))
                .with("workload", workload)
                .with("state", Ids.word("state", state, STATES));
        return sorted(downstream, call, order, paging);
    }

    @GetMapping("/v1/containers/{id}")
    @Requires(Scope.WORKLOADS_READ)
    @Operation(
            summary = "Read a container",
            description = "As long as it runs and for some time after. Times are the engine's own: what is billed.")
    @ApiResponse(
            responseCode = "200",
            description = "The container.",
            content = @Content(schema = @Schema(implementation = Shapes.Container.class)))
    JsonNode container(@PathVariable String id, RequestContext context, Principal.Customer caller) {
        ContainerId container = Ids.container(id);
        return downstream.json(Call.get(Owner.PROVISIONER, "/internal/v1/containers/" + container, Asker.of(context)));
    }

    @GetMapping("/v1/containers/{id}/stats")
    @Requires(Scope.WORKLOADS_READ)
    @Operation(
            summary = "Read or follow what a container uses now",
            description =
                    "CPU over the last second and how often it was held to its limit, memory without what the kernel would"
                            + " give back at once, network, disk, processes. The answer takes a second or two; 409 if it does not run. With"
                            + " `Accept: text/event-stream` the same JSON comes as an event every two or three seconds, and the event"
                            + " `end` when the container has ended.")
    @ApiResponse(
            responseCode = "200",
            description = "What it uses.",
            content = {
                @Content(mediaType = "application/json", schema = @Schema(implementation = Shapes.Stats.class)),
                @Content(mediaType = EventStream.TYPE, schema = @Schema(type = "string"))
            })
    @Nullable
    JsonNode stats(
            @PathVariable String id,
            RequestContext context,
            Principal.Customer caller,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Call call = Call.get(
                Owner.PROVISIONER, "/internal/v1/containers/" + Ids.container(id) + "/stats", Asker.of(context));
        if (EventStream.isAsked(request)) {
            logs.pass(caller, call, request, response);
            return null;
        }
        return downstream.json(call);
    }

    @GetMapping("/v1/workloads/{id}/logs")
    @Requires(Scope.WORKLOADS_READ)
    @Operation(
            summary = "Read or follow the logs of a workload",
            description = "Of all its containers; each line begins with the container's replica. " + LOGS)
    @ApiResponse(
            responseCode = "200",
            description = "The logs.",
            content = {
                @Content(mediaType = "text/plain", schema = @Schema(type = "string")),
                @Content(mediaType = EventStream.TYPE, schema = @Schema(type = "string"))
            })
    void workloadLogs(
            @PathVariable String id,
            @Parameter(description = "How many lines to begin with, from 0 to 10000; 100 if not given.")
                    @RequestParam(required = false)
                    @Nullable
                    String tail,
            @Parameter(description = "Only lines from this time on.") @RequestParam(required = false) @Nullable
                    String since,
            @Parameter(description = "Whether to go on.") @RequestParam(required = false) @Nullable String follow,
            @Parameter(description = SEARCH) @RequestParam(required = false) @Nullable String search,
            Principal.Customer caller,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        WorkloadId workload = mine(caller.account(), id);
        Call call = logsAt("/internal/v1/workloads/" + workload + "/logs", search, request);
        logs.pass(caller, lines(call, tail, since, follow, request), request, response);
    }

    @GetMapping("/v1/containers/{id}/logs")
    @Requires(Scope.WORKLOADS_READ)
    @Operation(summary = "Read or follow the logs of a container", description = LOGS)
    @ApiResponse(
            responseCode = "200",
            description = "The logs.",
            content = {
                @Content(mediaType = "text/plain", schema = @Schema(type = "string")),
                @Content(mediaType = EventStream.TYPE, schema = @Schema(type = "string"))
            })
    void containerLogs(
            @PathVariable String id,
            @Parameter(description = "How many lines to begin with, from 0 to 10000; 100 if not given.")
                    @RequestParam(required = false)
                    @Nullable
                    String tail,
            @Parameter(description = "Only lines from this time on.") @RequestParam(required = false) @Nullable
                    String since,
            @Parameter(description = "Whether to go on.") @RequestParam(required = false) @Nullable String follow,
            @Parameter(description = SEARCH) @RequestParam(required = false) @Nullable String search,
            Principal.Customer caller,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        ContainerId container = Ids.container(id);
        Call call = logsAt("/internal/v1/containers/" + container + "/logs", search, request);
        logs.pass(caller, lines(call, tail, since, follow, request), request, response);
    }

    /** The id of a workload of the account; what it is not, or is another's, is not there. */
    private WorkloadId mine(AccountId account, String id) {
        return workloads.get(account, Ids.workload(id)).id();
    }

    private static Call logsAt(String path, @Nullable String search, HttpServletRequest request) {
        return Call.get(Owner.PROVISIONER, path, Asker.of(RequestContext.of(request)))
                .with("search", Ids.text("search", search, MAX_SEARCH));
    }

    /** What is asked for; a stream that was read before goes on behind its last line, however many lines that are by now. */
    private static Call lines(
            Call call,
            @Nullable String tail,
            @Nullable String since,
            @Nullable String follow,
            HttpServletRequest request) {
        Instant from = Ids.instant("since", since, ZoneOffset.UTC);
        Long last = Ids.number("tail", tail, 0, MAX_TAIL);
        Call asked = call.with("follow", Ids.flag("follow", follow) ? "true" : null);
        String seen = request.getHeader(LAST_SEEN);
        return seen == null || seen.isEmpty()
                ? asked.with("tail", last).with("since", from == null ? null : Json.text(from))
                : asked.header(LAST_SEEN, Ids.lineId(LAST_SEEN, seen));
    }

    /** The orders of a list that its owner has in the order of the ids, which grow with time. */
    static Sort byTime(@Nullable String sort) {
        return Sort.parse(sort, "-created_at", "created_at");
    }

    /** As {@link #page}, in an order: the owner's cursor goes out with a mark of the order, and comes back with it. */
    static JsonNode sorted(Downstream downstream, Call call, Sort sort, Paging paging) {
        String cursor = paging.cursor();
        JsonNode page = downstream.json(call.with("sort", sort.usual() ? null : sort.text())
                .with("limit", paging.limit())
                .with("cursor", cursor == null ? null : sort.unmark(cursor)));
        String next = page.path("next_cursor").asString("");
        return next.isEmpty() ? page : ((ObjectNode) page).put("next_cursor", sort.mark(next));
    }

    /** Asks for a page of its owner, whose cursors are its own: they pass through as they are. */
    static Call page(Call call, Paging paging) {
        return call.with("limit", paging.limit()).with("cursor", paging.cursor());
    }
}
