package dev.berth.client.terminal;

import dev.berth.client.call.Call;
import dev.berth.client.call.Gateway;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A program in a container, with this process's terminal or pipes as its own. What it writes goes out as it is. One thread reads what is
 * typed, the WebSocket's what comes; sends are one at a time. For one use.
 */
public final class RemoteProgram {
    private static final int PIECE = 16 * 1024;

    private final Gateway gateway;
    private final InputStream in;
    private final PrintStream out;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final ReentrantLock sending = new ReentrantLock();
    private final StringBuilder said = new StringBuilder();

    /** Its end was not told. */
    public static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Broken(String why) {
            super(why);
        }
    }

    /** One whose input and output are these. */
    public RemoteProgram(Gateway gateway, InputStream in, PrintStream out) {
        this.gateway = gateway;
        this.in = in;
        this.out = out;
    }

    /**
     * Runs it to its end.
     *
     * @param call of the route {@code exec}, without {@code tty} and size
     * @param input whether what is typed goes to it
     * @param tty whether it has a terminal; this process's own then is raw where it has one
     * @param here whether this process has a terminal
     * @return its exit code
     * @throws Broken if the connection ended before it
     */
    public int run(Call call, boolean input, boolean tty, boolean here) {
        Tty.Size size = tty && here ? Tty.size() : Tty.Size.USUAL;
        Call asked = call.with("tty", tty).with("cols", size.columns()).with("rows", size.rows());
        WebSocket socket = gateway.socket(asked, new Listener());
        try (Tty _ = tty && here && input ? Tty.raw() : null) {
            if (tty && here) {
                Tty.onResize(() -> resize(socket));
            }
            if (input) {
                Thread.ofPlatform().daemon().name("typed").start(() -> type(socket));
            }
            return exit.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Broken broken ? broken : new Broken(String.valueOf(e.getCause()));
        } finally {
            out.flush();
        }
    }

    private void type(WebSocket socket) {
        byte[] piece = new byte[PIECE];
        try {
            for (int n = in.read(piece); n >= 0 && !exit.isDone(); n = in.read(piece)) {
                ByteBuffer typed = ByteBuffer.wrap(piece.clone(), 0, n);
                send(() -> socket.sendBinary(typed, true));
            }
        } catch (IOException | CompletionException e) {
            // No more can be typed; how the program ends is told by the other direction.
        }
    }

    private void resize(WebSocket socket) {
        Tty.Size size = Tty.size();
        String text = "{\"resize\":{\"cols\":%d,\"rows\":%d}}".formatted(size.columns(), size.rows());
        try {
            send(() -> socket.sendText(text, true));
        } catch (CompletionException e) {
            // It has ended.
        }
    }

    private void send(java.util.function.Supplier<CompletableFuture<WebSocket>> message) {
        sending.lock();
        try {
            message.get().join();
        } finally {
            sending.unlock();
        }
    }

    private final class Listener implements WebSocket.Listener {
        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            out.write(bytes, 0, bytes.length);
            if (out.checkError()) {
                exit.completeExceptionally(new Broken("nobody reads what the program writes"));
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            said.append(data);
            if (last) {
                JsonNode told = JsonMapper.shared().readTree(said.toString());
                said.setLength(0);
                if (told.path("exit").hasNonNull("code")) {
                    exit.complete(told.path("exit").path("code").asInt());
                } else if (told.has("error")) {
                    exit.completeExceptionally(
                            new Broken(told.path("error").path("message").asString("the program could not be run")));
                }
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            exit.completeExceptionally(new Broken(
                    "the connection was closed (%d%s)".formatted(status, reason.isEmpty() ? "" : ": " + reason)));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            exit.completeExceptionally(new Broken("the connection broke: " + failure.getMessage()));
        }
    }
}
