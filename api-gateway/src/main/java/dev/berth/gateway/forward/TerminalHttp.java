package dev.berth.gateway.forward;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.Problem.FieldError;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.gateway.edge.Requires;
import dev.berth.gateway.edge.Scope;
import dev.berth.gateway.feed.Streams;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.wire.Json;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;
import tools.jackson.databind.JsonNode;

/** Terminals, and attaching to main processes, over a WebSocket that goes through to the provisioner. */
@RestController
@Tag(name = "Containers")
class TerminalHttp {
    private static final List<String> SHELL = List.of("/bin/sh");
    private static final int MOST_WORDS = 100;
    private static final int MOST_CHARS = 8192;
    private static final int MOST_CELLS = 1000;
    private static final int MOST_LINES = 1000;

    private final Downstream downstream;
    private final Streams streams;
    private final DefaultHandshakeHandler handshake = new DefaultHandshakeHandler();

    TerminalHttp(Downstream downstream, Streams streams) {
        this.downstream = downstream;
        this.streams = streams;
    }

    @GetMapping("/v1/containers/{id}/exec")
    @Requires(Scope.WORKLOADS_WRITE)
    @Operation(
            summary = "Open a terminal in a container",
            description =
                    "A WebSocket (RFC 6455). Binary messages are what is typed and what is shown; text messages are JSON:"
                            + " `{\"resize\": {\"cols\": 120, \"rows\": 40}}` from you, and at the end `{\"exit\": {\"code\": 0}}` or"
                            + " `{\"error\": {\"message\": \"…\"}}` to you. The program runs as the container's own user. It ends after a"
                            + " quarter of an hour in which nothing happens, and with your key or session.")
    @ApiResponse(responseCode = "101", description = "The terminal is open.")
    void exec(
            @PathVariable String id,
            @Parameter(description = "The program and its arguments, one each; /bin/sh if not given.")
                    @RequestParam(required = false)
                    @Nullable
                    List<String> command,
            @Parameter(description = "Whether it has a terminal; true if not given.")
                    @RequestParam(required = false)
                    @Nullable
                    String tty,
            @Parameter(description = "Columns of the terminal; 80 if not given.")
                    @RequestParam(required = false)
                    @Nullable
                    String cols,
            @Parameter(description = "Rows of the terminal; 24 if not given.") @RequestParam(required = false) @Nullable
                    String rows,
            Principal.Customer caller,
            RequestContext context,
            HttpServletRequest request,
            HttpServletResponse response) {
        String path = running(id, "no program can be run in it", context);
        Call call = Call.get(Owner.PROVISIONER, path + "/exec", Asker.of(context))
                .with("command", Json.mapper().writeValueAsString(words(command)))
                .with("tty", tty == null || Ids.flag("tty", tty));
        open(caller, sized(call, cols, rows), request, response);
    }

    @GetMapping("/v1/containers/{id}/attach")
    @Requires(Scope.WORKLOADS_WRITE)
    @Operation(
            summary = "Attach to the main process of a container",
            description =
                    "A WebSocket with the messages of `GET /v1/containers/{id}/exec`, but no program is run: binary messages to"
                            + " you are what the main process writes from now on, and those from you are what it reads, which needs a"
                            + " workload with `stdin`. Resizing it needs one with `tty`. It ends with the container, whose exit code is the"
                            + " last message. Leaving ends nothing and closes no input; several may be attached at once. The container waits"
                            + " for nobody: who reads so slowly that half a MiB waits for them is told so and left, as is who types to a"
                            + " process that does not read. It ends after a quarter of an hour in which nothing happens, and with your key"
                            + " or session.")
    @ApiResponse(responseCode = "101", description = "You are attached.")
    void attach(
            @PathVariable String id,
            @Parameter(description = "Columns of your screen; 80 if not given.")
                    @RequestParam(required = false)
                    @Nullable
                    String cols,
            @Parameter(description = "Rows of your screen; 24 if not given.") @RequestParam(required = false) @Nullable
                    String rows,
            @Parameter(
                            description =
                                    "How many of the last lines of its output come first, up to 1000; none if not given. They come"
                                            + " without colours; one that is written at that moment may come twice, and none is missing.")
                    @RequestParam(required = false)
                    @Nullable
                    String logs,
            Principal.Customer caller,
            RequestContext context,
            HttpServletRequest request,
            HttpServletResponse response) {
        String path = running(id, "nobody can attach to it", context);
        Call call = Call.get(Owner.PROVISIONER, path + "/attach", Asker.of(context))
                .with("logs", Objects.requireNonNullElse(Ids.number("logs", logs, 0, MOST_LINES), 0L));
        open(caller, sized(call, cols, rows), request, response);
    }

    /** The owner's path of a container that runs. */
    private String running(String id, String otherwise, RequestContext context) {
        ContainerId container = Ids.container(id);
        String path = "/internal/v1/containers/" + container;
        JsonNode found = downstream.json(Call.get(Owner.PROVISIONER, path, Asker.of(context)));
        String state = found.path("state").asString("");
        if (!state.equals("running")) {
            throw Refusal.of(ErrorCode.CONFLICT, "The container is %s, so %s.".formatted(state, otherwise))
                    .hint("GET /v1/workloads/{id}/containers?state=running lists those that run.");
        }
        return path;
    }

    private static Call sized(Call call, @Nullable String cols, @Nullable String rows) {
        return call.with("cols", Objects.requireNonNullElse(Ids.number("cols", cols, 1, MOST_CELLS), 80L))
                .with("rows", Objects.requireNonNullElse(Ids.number("rows", rows, 1, MOST_CELLS), 24L));
    }

    private void open(Principal.Customer caller, Call call, HttpServletRequest request, HttpServletResponse response) {
        // After all else, so that a page whose WebSocket was refused, which browsers do not explain, can ask for the
        // reason.
        if (!"websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
            throw Refusal.of(ErrorCode.BAD_REQUEST, "A terminal needs a WebSocket.")
                    .hint("Open it with a client of WebSockets, such as websocat, at the same address.");
        }
        sameOrigin(caller, request);
        TerminalBridge bridge = new TerminalBridge();
        boolean opened = false;
        try {
            bridge.under(streams.open(caller, bridge::end));
            bridge.to(downstream.socket(call, bridge));
            opened = handshake.doHandshake(
                    new ServletServerHttpRequest(request), new ServletServerHttpResponse(response), bridge, Map.of());
        } finally {
            if (!opened) {
                bridge.leave();
            }
        }
    }

    private static List<String> words(@Nullable List<String> command) {
        if (command == null || command.isEmpty()) {
            return SHELL;
        }
        if (command.size() > MOST_WORDS
                || command.stream().mapToInt(String::length).sum() > MOST_CHARS
                || command.getFirst().isEmpty()
                || command.stream().anyMatch(word -> word.indexOf(0) >= 0)) {
            throw Refusal.invalid(List.of(new FieldError(
                    "command",
                    "must have at most %d words of %d characters together, the first not empty, and no NUL"
                            .formatted(MOST_WORDS, MOST_CHARS))));
        }
        return List.copyOf(command);
    }

    /** A page of somebody else's must not open a terminal with its visitor's cookie: browsers say whose page it is. */
    private static void sameOrigin(Principal.Customer caller, HttpServletRequest request) {
        if (caller.session() == null) {
            return;
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        String host = request.getHeader(HttpHeaders.HOST);
        if (origin == null || host == null || !host.equalsIgnoreCase(authority(origin))) {
            throw Refusal.of(ErrorCode.CSRF, "The page that opens the terminal is not of this portal.");
        }
    }

    private static @Nullable String authority(String origin) {
        try {
            return URI.create(origin).getRawAuthority();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
