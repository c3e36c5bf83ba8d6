package dev.berth.client;

import dev.berth.client.call.Gateway;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * What the start-up cache is made of: the usual commands once, against a server of this process on loopback that answers the same to
 * everything. No Berth is asked, and nothing is kept.
 */
final class Rehearsal {
    private static final String WORKLOAD =
            "{\"id\":\"wl_x\",\"name\":\"web\",\"kind\":\"service\",\"image\":\"x\",\"replicas\":1,\"cpu_millis\":250,\"memory_mib\":256,"
                    + "\"desired\":{\"state\":\"running\"},\"observed\":{\"state\":\"running\",\"ready\":1,\"running\":1,\"since\":\"2026-01-01T00:00:00Z\"}}";
    private static final String LIST = "{\"data\":[" + WORKLOAD + "],\"next_cursor\":null}";
    private static final String EVENTS = "id: 2026-01-01T00:00:00Z\ndata: line\n\nevent: end\ndata: \n\n";

    private static final List<List<String>> COMMANDS = List.of(
            List.of("--version"),
            List.of("--help"),
            List.of("ps"),
            List.of("ps", "--json"),
            List.of("inspect", "web"),
            List.of("run", "-d", "x"),
            List.of("logs", "web"),
            List.of("scale", "-d", "web=1"),
            List.of("stop", "-d", "web"),
            List.of("quota"),
            List.of("usage"),
            List.of("invoices"),
            List.of("events"),
            List.of("whoami"),
            List.of("api", "/v1/workloads"));

    private Rehearsal() {}

    /** Plays and ends; the JVM writes the cache. */
    public static void main(String[] arguments) throws IOException {
        System.exit(Collections.max(play()));
    }

    /** Plays, and returns with which codes the commands ended. */
    static List<Integer> play() throws IOException {
        Path folder = Files.createTempDirectory("berth-rehearsal");
        List<Integer> exits = new ArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> serve(server));
            Map<String, String> environment = Map.of(
                    "BERTH_URL",
                    "http://127.0.0.1:" + server.getLocalPort(),
                    "BERTH_API_KEY",
                    "none",
                    "BERTH_CONFIG",
                    folder.resolve("config.json").toString());
            PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
            World world = new World(environment, new ByteArrayInputStream(new byte[0]), nowhere, nowhere, false, false);
            for (List<String> words : COMMANDS) {
                exits.add(Main.run(world, words.toArray(String[]::new)));
            }
            new Gateway("https://localhost", "").url(); // has TLS made ready
        } finally {
            Files.deleteIfExists(folder);
        }
        return exits;
    }

    private static void serve(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                answer(socket);
            } catch (IOException e) {
                // The client has gone, or it is over.
            }
        }
    }

    private static void answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        for (int b = in.read(); b >= 0 && head.indexOf("\r\n\r\n") < 0; b = in.read()) {
            head.append((char) b);
            if (head.indexOf("\r\n\r\n") >= 0) {
                break;
            }
        }
        boolean events = head.indexOf("text/event-stream") >= 0;
        boolean one = head.indexOf("/wl_x") >= 0 || head.indexOf("POST") == 0;
        String body = events ? EVENTS : one ? WORKLOAD : LIST;
        OutputStream out = socket.getOutputStream();
        out.write("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                .formatted(events ? "text/event-stream" : "application/json", body.length(), body)
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        socket.shutdownOutput();
        in.skip(in.available());
    }
}
