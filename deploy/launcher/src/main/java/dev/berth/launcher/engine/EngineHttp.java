package dev.berth.launcher.engine;

import dev.berth.launcher.data.LaunchException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * HTTP/1.1 over a Unix or TCP socket, one connection a call, read to its end: all that is needed to ask an engine something.
 * The JDK's client does not speak over Unix sockets.
 */
final class EngineHttp {
    private static final int MAX_BYTES = 64 * 1024 * 1024;

    private final SocketAddress address;

    private EngineHttp(SocketAddress address) {
        this.address = address;
    }

    /** A client of the engine at that address. */
    static EngineHttp at(String host) {
        URI uri = URI.create(host);
        return switch (String.valueOf(uri.getScheme())) {
            case "unix" -> new EngineHttp(UnixDomainSocketAddress.of(Path.of(uri.getPath())));
            case "tcp", "http" -> new EngineHttp(new InetSocketAddress(uri.getHost(), uri.getPort()));
            default ->
                throw new LaunchException(
                        "'%s' is no address of a Docker Engine.".formatted(host),
                        "Set BERTH_DOCKER_HOST to unix:///path/to/docker.sock or tcp://host:port.");
        };
    }

    /**
     * An answer.
     *
     * @param status the HTTP status
     * @param body the body, without chunk marks
     */
    @SuppressWarnings("ArrayRecordComponent") // A value that is read once and never compared.
    record Answer(int status, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /**
     * Calls the engine.
     *
     * @throws IOException when nobody answers, or not to the end before the limit
     */
    Answer call(String method, String path, String contentType, byte[] body, Duration limit) throws IOException {
        boolean unix = address instanceof UnixDomainSocketAddress;
        CountDownLatch done = new CountDownLatch(1);
        try (SocketChannel channel =
                SocketChannel.open(unix ? StandardProtocolFamily.UNIX : StandardProtocolFamily.INET)) {
            Thread.ofVirtual().name("engine-deadline").start(() -> closeAfter(channel, limit, done));
            channel.connect(address);
            StringBuilder head = new StringBuilder(
                    "%s %s HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n".formatted(method, path));
            if (!contentType.isEmpty()) {
                head.append("Content-Type: ").append(contentType).append("\r\n");
            }
            head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
            send(channel, head.toString().getBytes(StandardCharsets.US_ASCII));
            send(channel, body);
            return parse(readAll(channel));
        } catch (AsynchronousCloseException e) {
            throw new IOException("no answer within %d s".formatted(limit.toSeconds()), e);
        } finally {
            done.countDown();
        }
    }

    private static void closeAfter(SocketChannel channel, Duration limit, CountDownLatch done) {
        try {
            if (!done.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                channel.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // Closed already, which is all that was wanted.
            return;
        }
    }

    private static void send(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static byte[] readAll(SocketChannel channel) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        while (channel.read(buffer) >= 0) {
            all.write(buffer.array(), 0, buffer.position());
            buffer.clear();
            if (all.size() > MAX_BYTES) {
                throw new IOException("the answer is larger than %d bytes".formatted(MAX_BYTES));
            }
        }
        return all.toByteArray();
    }

    static Answer parse(byte[] raw) throws IOException {
        String text = new String(raw, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0 || !text.startsWith("HTTP/1.")) {
            throw new IOException("that is no answer of HTTP");
        }
        String head = text.substring(0, end);
        int status = Integer.parseInt(head.split(" ", 3)[1].substring(0, 3));
        String body = text.substring(end + 4);
        if (head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")) {
            body = unchunked(body);
        }
        return new Answer(status, body.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String unchunked(String body) throws IOException {
        StringBuilder whole = new StringBuilder();
        int at = 0;
        while (at < body.length()) {
            int lineEnd = body.indexOf("\r\n", at);
            if (lineEnd < 0) {
                throw new IOException("the answer breaks off");
            }
            int size =
                    Integer.parseInt(body.substring(at, lineEnd).split(";")[0].strip(), 16);
            if (size == 0) {
                return whole.toString();
            }
            if (lineEnd + 2 + size > body.length()) {
                throw new IOException("the answer breaks off");
            }
            whole.append(body, lineEnd + 2, lineEnd + 2 + size);
            at = lineEnd + 2 + size + 2;
        }
        throw new IOException("the answer breaks off");
    }
}
