package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.engine.ContainerEngine;
import dev.berth.provisioner.engine.EngineException;
import dev.berth.schema.workload.HealthCheck;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks over the container's own network, or by a command in it. An HTTP check reads no more than the status line: what a tenant
 * answers is not followed, not parsed and not kept. Thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-4">RFC 9112, section 4, status line</a>
 */
final class EngineProbe implements Probe {
    private static final int MOST_STATUS_BYTES = 256;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})(?: .*)?");

    private final ContainerEngine engine;

    EngineProbe(ContainerEngine engine) {
        this.engine = engine;
    }

    @Override
    public Optional<String> ask(String name, @Nullable String address, HealthCheck check) {
        Duration timeout = Duration.ofSeconds(check.timeoutSeconds());
        return switch (check.type()) {
            case EXEC -> exec(name, check, timeout);
            case TCP, HTTP ->
                address == null ? Optional.of("it has no address on its network") : connect(address, check, timeout);
        };
    }

    private Optional<String> exec(String name, HealthCheck check, Duration timeout) {
        try {
            ContainerEngine.Exit exit = engine.exec(name, check.command(), timeout);
            return exit.code() == 0
                    ? Optional.empty()
                    : Optional.of("%s ended with exit code %d%s"
                            .formatted(check.command().getFirst(), exit.code(), said(exit.output())));
        } catch (EngineException.Failed e) {
            return Optional.of("%s: %s".formatted(check.command().getFirst(), e.getMessage()));
        }
    }

    private static String said(String output) {
        String clean = output.replaceAll("\\p{Cntrl}+", " ").strip();
        return clean.isEmpty() ? "" : ": " + clean;
    }

    private static Optional<String> connect(String address, HealthCheck check, Duration timeout) {
        int port = Objects.requireNonNullElse(check.port(), 0);
        String what = check.type().text() + " " + port;
        long end = System.nanoTime() + timeout.toNanos();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), Math.toIntExact(timeout.toMillis()));
            return switch (check.type()) {
                case HTTP -> http(socket, address, check, end);
                case TCP, EXEC -> Optional.empty();
            };
        } catch (SocketTimeoutException e) {
            return Optional.of("%s did not answer within %d s".formatted(what, check.timeoutSeconds()));
        } catch (IOException e) {
            return Optional.of("%s: %s".formatted(what, e.getMessage()));
        }
    }

    private static Optional<String> http(Socket socket, String address, HealthCheck check, long end)
            throws IOException {
        String path = Objects.requireNonNullElse(check.path(), "/");
        String request =
                "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUser-Agent: berth-health\r\nAccept: */*\r\nConnection: close\r\n\r\n"
                        .formatted(path, address, check.port());
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        String status = statusLine(socket, end);
        Matcher matcher = STATUS.matcher(status);
        if (!matcher.matches()) {
            return Optional.of("GET %s answered no HTTP".formatted(path));
        }
        int code = Integer.parseInt(matcher.group(1));
        return code >= 200 && code < 400 ? Optional.empty() : Optional.of("GET %s answered %d".formatted(path, code));
    }

    /** One line, however slowly its bytes come. */
    private static String statusLine(Socket socket, long end) throws IOException {
        StringBuilder line = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (line.length() < MOST_STATUS_BYTES) {
            long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (left <= 0) {
                throw new SocketTimeoutException("the time is over");
            }
            socket.setSoTimeout(Math.toIntExact(left));
            int next = in.read();
            if (next < 0 || next == '\n') {
                break;
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
