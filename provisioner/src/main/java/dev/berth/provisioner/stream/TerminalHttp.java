package dev.berth.provisioner.stream;

import dev.berth.provisioner.IdentityFilter;
import dev.berth.provisioner.ProblemCode;
import dev.berth.provisioner.Refusal;
import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.Terminal;
import dev.berth.provisioner.engine.TerminalSpec;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.schema.wire.Identity;
import dev.berth.schema.wire.Json;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/** Terminals over a WebSocket; see {@link TerminalSocket} for what goes over it. */
@RestController
class TerminalHttp {
    private static final TypeReference<List<String>> WORDS = new TypeReference<>() {};
    private static final int MOST_WORDS = 100;

    private final DSLContext dsl;
    private final ContainerRepository containers;
    private final ContainerEngine engine;
    private final StreamGate gate;
    private final StreamProperties properties;
    private final DefaultHandshakeHandler handshake = new DefaultHandshakeHandler();

    TerminalHttp(
            DSLContext dsl,
            ContainerRepository containers,
            ContainerEngine engine,
            StreamGate gate,
            StreamProperties properties) {
        this.dsl = dsl;
        this.containers = containers;
        this.engine = engine;
        this.gate = gate;
        this.properties = properties;
    }

    @GetMapping("/internal/v1/containers/{id}/exec")
    void exec(
            @RequestAttribute(IdentityFilter.IDENTITY) Identity identity,
            @PathVariable("id") String id,
            @RequestParam("command") String command,
            @RequestParam("tty") boolean tty,
            @RequestParam("cols") int columns,
            @RequestParam("rows") int rows,
            HttpServletRequest request,
            HttpServletResponse response) {
        Container container = running(identity, id);
        TerminalSpec spec = new TerminalSpec(words(command), tty, cells("cols", columns), cells("rows", rows));
        open(container, sink -> engine.terminal(container.engineName(), spec, sink), request, response);
    }

    @GetMapping("/internal/v1/containers/{id}/attach")
    void attach(
            @RequestAttribute(IdentityFilter.IDENTITY) Identity identity,
            @PathVariable("id") String id,
            @RequestParam("cols") int columns,
            @RequestParam("rows") int rows,
            @RequestParam(name = "logs", defaultValue = "0") int logs,
            HttpServletRequest request,
            HttpServletResponse response) {
        Container container = running(identity, id);
        if (logs < 0 || logs > Attached.MOST_LINES) {
            throw new Refusal(ProblemCode.INVALID, "logs must be from 0 to %d".formatted(Attached.MOST_LINES));
        }
        int wide = cells("cols", columns);
        int high = cells("rows", rows);
        open(
                container,
                sink -> Attached.open(engine, container.engineName(), wide, high, logs, sink),
                request,
                response);
    }

    private Container running(Identity identity, String id) {
        Container container = containers
                .find(dsl, identity, id)
                .orElseThrow(() -> new Refusal(ProblemCode.NOT_FOUND, "there is no such container"));
        if (container.state() != ContainerState.RUNNING) {
            throw new Refusal(
                    ProblemCode.NOT_RUNNING,
                    "the container is %s".formatted(container.state().text()));
        }
        if (container.frozen().is()) {
            throw new Refusal(ProblemCode.NOT_RUNNING, "the container is paused, and runs nothing until it goes on");
        }
        return container;
    }

    private void open(
            Container container,
            Function<Consumer<byte[]>, Terminal> open,
            HttpServletRequest request,
            HttpServletResponse response) {
        StreamGate.Pass pass = gate.open(container.account());
        TerminalSocket socket = new TerminalSocket(open, pass, properties.terminalAtMost());
        try {
            if (!handshake.doHandshake(
                    new ServletServerHttpRequest(request), new ServletServerHttpResponse(response), socket, Map.of())) {
                pass.close();
            }
        } catch (RuntimeException e) {
            pass.close();
            throw e;
        }
    }

    private static List<String> words(String json) {
        try {
            List<String> words = Json.mapper().readValue(json, WORDS);
            if (!words.isEmpty()
                    && words.size() <= MOST_WORDS
                    && words.stream().noneMatch(word -> word.indexOf(0) >= 0)) {
                return words;
            }
        } catch (JacksonException e) {
            throw new Refusal(ProblemCode.INVALID, "command is no list of words");
        }
        throw new Refusal(ProblemCode.INVALID, "command must have 1 to %d words without NUL".formatted(MOST_WORDS));
    }

    private static int cells(String name, int value) {
        if (value < 1 || value > TerminalSpec.MOST_CELLS) {
            throw new Refusal(ProblemCode.INVALID, "%s must be from 1 to %d".formatted(name, TerminalSpec.MOST_CELLS));
        }
        return value;
    }

    /** Without what a stage of a future wraps around it. */
    static Throwable cause(Throwable thrown) {
        return thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    }

    /** What an engine's failure means to somebody at a terminal. */
    static String said(Throwable thrown) {
        Throwable failure = cause(thrown);
        return failure instanceof EngineException.Missing || failure instanceof EngineException.Conflict
                ? "the container does not run any more"
                : failure instanceof EngineException.Refused || failure instanceof TooSlow
                        ? String.valueOf(failure.getMessage())
                        : "the host does not answer";
    }
}
