package dev.berth.gateway.forward;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A provisioner as far as its streams go: terminals over WebSocket, logs and stats that never end by themselves. Thread-safe. */
final class StreamingOwner implements AutoCloseable {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, section 1.3

    /** Streams and terminals that are open now. */
    final AtomicInteger open = new AtomicInteger();

    private final ServerSocket server;

    StreamingOwner() {
        try {
            server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // It was closed, which is its end.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String request = in.readLine();
            String key = null;
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                if (line.toLowerCase(java.util.Locale.ROOT).startsWith("sec-websocket-key:")) {
                    key = line.substring(line.indexOf(':') + 1).strip();
                }
            }
            if (request == null) {
                return;
            }
            String path = request.split(" ")[1].replaceFirst("\\?.*", "");
            if (path.endsWith("/logs") || path.endsWith("/stats") || key != null) {
                socket.getOutputStream().write(begin(key).getBytes(StandardCharsets.ISO_8859_1));
                hold(in);
            } else {
                socket.getOutputStream()
                        .write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 19\r\n"
                                        + "Connection: close\r\n\r\n{\"state\":\"running\"}")
                                .getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            // The gateway has left, which ends the stream as well.
        }
    }

    private static String begin(@Nullable String key) {
        return key == null
                ? "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: begun\n\n"
                : "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: " + accepted(key) + "\r\n\r\n";
    }

    /** Until the other side ends the connection, or says by a frame of its own (which is a close) that it does. */
    private void hold(BufferedReader in) throws IOException {
        open.incrementAndGet();
        try {
            int first = in.read();
            while (first >= 0 && (first & 0x0f) != 8) {
                first = in.read();
            }
        } finally {
            open.decrementAndGet();
        }
    }

    private static String accepted(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
