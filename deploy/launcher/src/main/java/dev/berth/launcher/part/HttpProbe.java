package dev.berth.launcher.part;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Asks a local HTTP server one question, without a client library: it is asked often while everything starts. */
public final class HttpProbe {
    private static final int CONNECT_MS = 500;
    private static final int ANSWER_MS = 5_000;
    private static final int MAX_ANSWER_BYTES = 256 * 1024;

    private HttpProbe() {}

    /**
     * An answer.
     *
     * @param status the HTTP status
     * @param body the body as text
     */
    public record Answer(int status, String body) {}

    /** What GET of that path answers; nothing when nobody answers in time. */
    public static Optional<Answer> get(String host, int port, String path) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MS);
            socket.setSoTimeout(ANSWER_MS);
            socket.getOutputStream()
                    .write("GET %s HTTP/1.0\r\nHost: %s:%d\r\nAccept: application/json\r\nConnection: close\r\n\r\n"
                            .formatted(path, host, port)
                            .getBytes(StandardCharsets.US_ASCII));
            return parse(read(socket.getInputStream()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String read(InputStream in) throws IOException {
        return new String(in.readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8);
    }

    static Optional<Answer> parse(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        String[] statusLine = answer.split(" ", 3);
        if (end < 0 || statusLine.length < 2 || !answer.startsWith("HTTP/1.")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Answer(Integer.parseInt(statusLine[1]), answer.substring(end + 4)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Whether anybody listens there. */
    public static boolean listens(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
