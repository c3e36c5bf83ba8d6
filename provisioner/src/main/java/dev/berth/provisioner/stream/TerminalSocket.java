package dev.berth.provisioner.stream;

import dev.berth.provisioner.engine.EngineException;
import dev.berth.provisioner.engine.Terminal;
import dev.berth.provisioner.engine.TerminalSpec;
import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * One terminal, or somebody attached to a main process, on one WebSocket. Binary messages are what is typed and what is shown; text messages are JSON: {@code {"resize": {"cols",
 * "rows"}}} from its user, {@code {"exit": {"code"}}} or {@code {"error": {"message"}}} to them, after which it is closed. Whoever is slow
 * holds up the program and nobody else; who says nothing and is told nothing for a quarter of an hour is left.
 */
final class TerminalSocket extends AbstractWebSocketHandler {
    private static final Logger LOG = LoggerFactory.getLogger(TerminalSocket.class);
    private static final int MOST_BYTES = 64 * 1024;
    private static final Duration IDLE = Duration.ofMinutes(15);
    private static final Duration LOOK = Duration.ofSeconds(30);

    /** How many characters a screen shows. */
    record Screen(int columns, int rows) {}

    private final Function<Consumer<byte[]>, Terminal> open;
    private final StreamGate.Pass pass;
    private final Duration atMost;
    private final AtomicBoolean left = new AtomicBoolean();
    private volatile @Nullable Terminal terminal;
    private volatile long activeNanos = System.nanoTime();

    TerminalSocket(Function<Consumer<byte[]>, Terminal> open, StreamGate.Pass pass, Duration atMost) {
        this.open = open;
        this.pass = pass;
        this.atMost = atMost;
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) {
        session.setBinaryMessageSizeLimit(MOST_BYTES);
        session.setTextMessageSizeLimit(MOST_BYTES);
        try {
            Terminal opened = open.apply(bytes -> {
                activeNanos = System.nanoTime();
                send(session, new BinaryMessage(bytes));
            });
            terminal = opened;
            var _ = opened.exit()
                    .orTimeout(atMost.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((code, failure) -> {
                        if (failure == null) {
                            end(session, Map.of("exit", Map.of("code", code)), CloseStatus.NORMAL);
                        } else {
                            String why = failure instanceof TimeoutException
                                    ? "a terminal lasts %d s at most".formatted(atMost.toSeconds())
                                    : TerminalHttp.said(failure);
                            fail(
                                    session,
                                    why,
                                    TerminalHttp.cause(failure) instanceof TooSlow
                                            ? CloseStatus.POLICY_VIOLATION.withReason("the reader is too slow")
                                            : CloseStatus.SERVER_ERROR);
                        }
                    });
            Thread.ofVirtual().name("terminal-idle").start(() -> watch(session));
        } catch (EngineException e) {
            fail(session, TerminalHttp.said(e), CloseStatus.SERVER_ERROR);
        }
    }

    private void watch(WebSocketSession session) {
        try {
            while (session.isOpen()) {
                Thread.sleep(LOOK);
                if (System.nanoTime() - activeNanos > IDLE.toNanos()) {
                    fail(session, "nothing happened for %d s".formatted(IDLE.toSeconds()), CloseStatus.GOING_AWAY);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) throws IOException {
        activeNanos = System.nanoTime();
        Terminal opened = terminal;
        if (opened != null) {
            ByteBuffer payload = message.getPayload();
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            try {
                opened.write(bytes);
            } catch (Terminal.NotHeard e) {
                fail(
                        session,
                        String.valueOf(e.getMessage()),
                        CloseStatus.POLICY_VIOLATION.withReason("nobody reads what is typed"));
            } catch (IOException e) {
                LOG.debug("a program has ended that was typed to", e);
            }
        }
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message) {
        activeNanos = System.nanoTime();
        Terminal opened = terminal;
        try {
            Optional<Screen> asked = screen(message.getPayload());
            if (asked.isEmpty()) {
                fail(
                        session,
                        "a text message must be {\"resize\": {\"cols\": …, \"rows\": …}}, each from 1 to 1000",
                        CloseStatus.BAD_DATA);
            } else if (opened != null) {
                opened.resize(asked.get().columns(), asked.get().rows());
            }
        } catch (JacksonException e) {
            fail(session, "a text message must be JSON", CloseStatus.BAD_DATA);
        }
    }

    /**
     * The size that a text message asks for; empty for one that a screen cannot have.
     *
     * @throws JacksonException for what is no JSON
     */
    static Optional<Screen> screen(String message) {
        JsonNode resize = Json.mapper().readTree(message).path("resize");
        int columns = resize.path("cols").asInt(0);
        int rows = resize.path("rows").asInt(0);
        return columns < 1 || rows < 1 || columns > TerminalSpec.MOST_CELLS || rows > TerminalSpec.MOST_CELLS
                ? Optional.empty()
                : Optional.of(new Screen(columns, rows));
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        leave();
    }

    @Override
    public void handleTransportError(WebSocketSession session, Throwable failure) {
        LOG.debug("a terminal's connection broke", failure);
        leave();
    }

    private void leave() {
        if (left.compareAndSet(false, true)) {
            pass.close();
            Terminal opened = terminal;
            if (opened != null) {
                opened.close();
            }
        }
    }

    private void fail(WebSocketSession session, String why, CloseStatus status) {
        end(session, Map.of("error", Map.of("message", why)), status);
    }

    private void end(WebSocketSession session, Map<String, ?> last, CloseStatus status) {
        try {
            send(session, new TextMessage(Json.mapper().writeValueAsString(last)));
            session.close(status);
        } catch (IOException | UncheckedIOException | IllegalStateException e) {
            LOG.debug("a terminal's user had left before its end", e);
        }
        leave();
    }

    private static void send(WebSocketSession session, WebSocketMessage<?> message) {
        synchronized (session) {
            if (session.isOpen()) {
                try {
                    session.sendMessage(message);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
