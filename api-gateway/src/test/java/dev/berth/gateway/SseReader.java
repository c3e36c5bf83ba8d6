package dev.berth.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A reader of a stream on a socket of its own, so that it can be slow, and cut anywhere as a net does. For one thread. */
public final class SseReader implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;
    private final int status;
    private String lastId = "";

    /**
     * Asks for a stream and reads the head of the answer.
     *
     * @param credential the header that says who reads, such as {@code Authorization: Bearer berth_sk_…}
     * @param receiveBytes how much the kernel holds for it, 0 as much as it likes
     */
    public SseReader(int port, String path, String credential, @Nullable String lastEventId, int receiveBytes) {
        try {
            socket = new Socket();
            if (receiveBytes > 0) {
                socket.setReceiveBufferSize(receiveBytes);
            }
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
            socket.setSoTimeout(60_000);
            String last = lastEventId == null ? "" : "Last-Event-ID: " + lastEventId + "\r\n";
            socket.getOutputStream()
                    .write(
                            "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: text/event-stream\r\nConnection: close\r\n%s%s\r\n\r\n"
                                    .formatted(path, port, last, credential)
                                    .getBytes(StandardCharsets.UTF_8));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 512);
            status = Integer.parseInt(line().split(" ")[1]);
            if (status == 200) {
                for (String line = line(); !line.isEmpty(); line = line()) {
                    // headers; the chunks' lengths come between the lines and begin no event
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The status of the answer. */
    public int status() {
        return status;
    }

    /** The last id that came, with an event or without one; empty for none. */
    public String lastId() {
        return lastId;
    }

    private String line() throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw new IOException("the stream has ended");
        }
        return line;
    }

    /**
     * The id of the next event; null when the stream has ended or was cut.
     *
     * @param data takes the event's data
     */
    public @Nullable String next(Consumer<String> data) {
        try {
            boolean event = false;
            String id = "";
            while (true) {
                String line = line();
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    event = true;
                    data.accept(line.substring(6));
                } else if (line.isEmpty() && !id.isEmpty()) {
                    lastId = id;
                    if (event) {
                        return id;
                    }
                    id = "";
                } else if (line.isEmpty() && event) {
                    return "";
                }
            }
        } catch (IOException e) {
            return null;
        }
    }

    /** After this much silence it reads no more. */
    public void silence(Duration most) {
        try {
            socket.setSoTimeout((int) most.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until the stream has said where it stands, before any event. */
    public void standing() {
        try {
            while (lastId.isEmpty()) {
                String line = line();
                if (line.startsWith("id: ")) {
                    lastId = line.substring(4);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads to the end of the stream. */
    public void drain() {
        while (next(_ -> {}) != null) {
            // until it ends
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
