package dev.berth.provisioner.engine;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.berth.schema.wire.Json;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * A registry for tests on this machine, from which the real engine pulls: it holds what it is given, true or not, may want a
 * token, and remembers what it was asked.
 */
final class TestRegistry implements AutoCloseable {
    static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    static final String INDEX = "application/vnd.docker.distribution.manifest.list.v2+json";

    private static final class Content {
        final String type;
        final byte[] bytes;

        Content(String type, byte[] bytes) {
            this.type = type;
            this.bytes = bytes;
        }
    }

    private static final int TLS_HANDSHAKE = 0x16;

    private final HttpServer server;
    private final ServerSocket front;
    private final Map<String, Content> contents = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile String realm;
    private volatile String pair;

    TestRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
        front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** The engine tries TLS first; the JDK's server would wait for the rest of such a request for ever. */
    private void accept() {
        while (!front.isClosed()) {
            try {
                Socket caller = front.accept();
                Thread.ofVirtual().start(() -> forward(caller));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void forward(Socket caller) {
        try (caller;
                Socket behind = new Socket(
                        InetAddress.getLoopbackAddress(), server.getAddress().getPort())) {
            PushbackInputStream in = new PushbackInputStream(caller.getInputStream());
            int first = in.read();
            if (first < 0 || first == TLS_HANDSHAKE) {
                return;
            }
            in.unread(first);
            Thread answers = Thread.ofVirtual().start(() -> pipe(behind, caller));
            in.transferTo(behind.getOutputStream());
            behind.shutdownOutput();
            answers.join();
        } catch (IOException e) {
            return; // as good as closed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pipe(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            return; // as good as closed
        }
    }

    String host() {
        return "127.0.0.1:" + front.getLocalPort();
    }

    /** Gives manifests and blobs only to those who fetched a token at this place. */
    void wantTokenOf(String place) {
        realm = place;
    }

    /** Gives tokens only to those who show this pair of name and password. */
    void wantPair(String user, String password) {
        pair = "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    List<String> blobsAsked() {
        return asked.stream().filter(path -> path.contains("/blobs/")).toList();
    }

    /** Adds an image of busybox; answers its manifest, as it may be changed and put elsewhere. */
    Map<String, Object> image(String path, String tag) throws IOException {
        byte[] layer = TestImages.layer();
        byte[] config = TestImages.config(layer, Map.of("Env", List.of("PATH=/bin")));
        blob(path, config);
        blob(path, layer);
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", MANIFEST);
        manifest.put("config", descriptor("application/vnd.docker.container.image.v1+json", config));
        manifest.put("layers", List.of(descriptor("application/vnd.docker.image.rootfs.diff.tar", layer)));
        manifest(path, tag, MANIFEST, manifest);
        return manifest;
    }

    static Map<String, Object> descriptor(String type, byte[] content) {
        return descriptor(type, content.length, "sha256:" + TestImages.sha256(content));
    }

    static Map<String, Object> descriptor(String type, long size, String digest) {
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", type);
        descriptor.put("size", size);
        descriptor.put("digest", digest);
        return descriptor;
    }

    /** Puts a manifest under a tag and under its digest, which is the answer. */
    String manifest(String path, String tag, String type, Map<String, Object> manifest) {
        byte[] bytes = Json.mapper().writeValueAsString(manifest).getBytes(StandardCharsets.UTF_8);
        String digest = "sha256:" + TestImages.sha256(bytes);
        contents.put("/v2/%s/manifests/%s".formatted(path, tag), new Content(type, bytes));
        contents.put("/v2/%s/manifests/%s".formatted(path, digest), new Content(type, bytes));
        return digest;
    }

    private void blob(String path, byte[] content) {
        contents.put(
                "/v2/%s/blobs/sha256:%s".formatted(path, TestImages.sha256(content)),
                new Content("application/octet-stream", content));
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            asked.add(path);
            if (path.equals("/token")
                    && pair != null
                    && !pair.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                send(exchange, 401, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
                return;
            }
            if (path.equals("/token")) {
                send(exchange, 200, "application/json", "{\"token\": \"a-token\"}".getBytes(StandardCharsets.UTF_8));
                return;
            }
            boolean known = List.of("Bearer a-token")
                    .equals(new ArrayList<>(exchange.getRequestHeaders().getOrDefault("Authorization", List.of())));
            if (realm != null && !known) {
                exchange.getResponseHeaders()
                        .add("WWW-Authenticate", "Bearer realm=\"%s\",service=\"test\"".formatted(realm));
                send(exchange, 401, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
                return;
            }
            Content content = path.equals("/v2/")
                    ? new Content("application/json", "{}".getBytes(StandardCharsets.UTF_8))
                    : contents.get(path);
            if (content == null) {
                send(exchange, 404, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
            } else {
                if (path.contains("/manifests/")) {
                    exchange.getResponseHeaders()
                            .add("Docker-Content-Digest", "sha256:" + TestImages.sha256(content.bytes));
                }
                send(exchange, 200, content.type, content.bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.getResponseHeaders().add("Docker-Distribution-Api-Version", "registry/2.0");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            exchange.getResponseHeaders().add("Content-Length", Integer.toString(body.length));
        }
        exchange.sendResponseHeaders(status, head ? -1 : body.length == 0 ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() throws IOException {
        front.close();
        server.stop(0);
    }
}
