package dev.berth.gateway.forward;

import dev.berth.gateway.feed.Streams;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;

/**
 * Two WebSockets made one: the customer's and the provisioner's. One message is on its way in each direction, so whoever is slow slows
 * the other; it ends with either of the two, and when the customer's key or session is no more. Of one terminal.
 */
final class TerminalBridge extends AbstractWebSocketHandler implements WebSocket.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(TerminalBridge.class);
    private static final int MOST_BYTES = 64 * 1024;
    private static final CloseStatus NOT_LET_IN =
            CloseStatus.POLICY_VIOLATION.withReason("who opened it is not let in any more, or it lasted long enough");

    private final AtomicBoolean left = new AtomicBoolean();
    private volatile Streams.@Nullable Lease lease;
    private volatile @Nullable WebSocket owner;
    private volatile @Nullable WebSocketSession customer;
    private volatile boolean ended;

    /** The right to be; before both sides. */
    void under(Streams.Lease opened) {
        lease = opened;
    }

    /** The provisioner's side; before the customer's is opened. */
    void to(WebSocket opened) {
        owner = opened;
    }

    @Override
    public void onOpen(WebSocket socket) {
        // Nothing is asked for before the customer is there to take it.
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) {
        session.setBinaryMessageSizeLimit(MOST_BYTES);
        session.setTextMessageSizeLimit(MOST_BYTES);
        customer = session;
        WebSocket opened = owner;
        if (opened != null) {
            opened.request(1);
        }
        Streams.Lease held = lease;
        if (held == null || !held.goesOn()) {
            end();
        }
    }

    /** Ends it for good; the program first, so that nothing more is typed into it while its user's side is slow to close. */
    void end() {
        ended = true; // before the program's side can answer that it is closed, which is not the reason
        leave();
        close(NOT_LET_IN);
    }

    @Override
    protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) {
        WebSocket opened = owner;
        if (opened != null && !opened.isOutputClosed()) {
            opened.sendBinary(message.getPayload(), message.isLast()).join();
        }
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message) {
        WebSocket opened = owner;
        if (opened != null && !opened.isOutputClosed()) {
            opened.sendText(message.getPayload(), message.isLast()).join();
        }
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        pass(new BinaryMessage(bytes, last));
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        pass(new TextMessage(data.toString(), last));
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
        close(new CloseStatus(status == 1005 ? 1000 : status, reason));
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
        LOG.atDebug().setCause(failure).log("a terminal broke off at its source");
        close(CloseStatus.SERVER_ERROR.withReason("the provisioner went away"));
    }

    private void pass(WebSocketMessage<?> message) {
        WebSocketSession session = customer;
        try {
            if (session != null && session.isOpen()) {
                session.sendMessage(message);
            }
        } catch (IOException | IllegalStateException e) {
            LOG.atDebug().setCause(e).log("a terminal's user has left");
            leave();
        }
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        leave();
    }

    @Override
    public void handleTransportError(WebSocketSession session, Throwable failure) {
        LOG.atDebug().setCause(failure).log("a terminal's connection broke");
        leave();
    }

    /** Closes the customer's side; once it was ended for good, with the reason of that. */
    private void close(CloseStatus status) {
        WebSocketSession session = customer;
        try {
            if (session != null && session.isOpen()) {
                session.close(ended ? NOT_LET_IN : status);
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a terminal's user has left");
        }
        leave();
    }

    /** Both sides end, whichever began. */
    void leave() {
        if (left.compareAndSet(false, true)) {
            Streams.Lease held = lease;
            if (held != null) {
                held.close();
            }
            WebSocket opened = owner;
            if (opened != null && !opened.isOutputClosed()) {
                var _ = opened.sendClose(WebSocket.NORMAL_CLOSURE, "");
            }
        }
    }
}
