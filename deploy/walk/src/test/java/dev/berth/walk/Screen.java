package dev.berth.walk;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What a terminal shows, and how it ended. Thread-safe. */
final class Screen implements WebSocket.Listener {
    private final StringBuilder shown = new StringBuilder();
    private final CompletableFuture<String> last = new CompletableFuture<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean end) {
        synchronized (shown) {
            shown.append(StandardCharsets.UTF_8.decode(data));
        }
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean end) {
        last.complete(data.toString());
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
        closed.complete(status);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
        closed.completeExceptionally(failure);
    }

    String shown() {
        synchronized (shown) {
            return shown.toString();
        }
    }

    /** The last thing said: how the program ended. */
    CompletableFuture<String> last() {
        return last;
    }

    /** With which status it was closed. */
    CompletableFuture<Integer> closed() {
        return closed;
    }
}
