package dev.berth.provisioner.engine;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.AuthConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The registry of the distribution project as Debian packages it, on this machine, which lets in nobody without a password. */
public final class DebianRegistry implements AutoCloseable {
    public static final String USER = "tester";
    public static final String PASSWORD = "s3cret:with colon";

    /** What {@code htpasswd -B} makes of it. */
    private static final String LINE = "tester:$2y$05$szQ0SFZFfYEl02V2775rbu4Gn5Uy4tOtSdY0M6kYFduHL15qp/eju\n";

    private static final Path BINARY = Path.of("/usr/bin/docker-registry");

    private final Path folder;
    private final int port;
    private Process process;

    /** Starts one that keeps what it is given in a folder. */
    public DebianRegistry(Path folder) throws IOException {
        if (!Files.isExecutable(BINARY)) {
            throw new IllegalStateException("these tests need Debian's registry: apt-get install docker-registry");
        }
        this.folder = folder;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Files.writeString(folder.resolve("htpasswd"), LINE);
        Files.writeString(folder.resolve("config.yml"), """
                version: 0.1
                log: {level: warn}
                storage: {filesystem: {rootdirectory: %1$s/data}, delete: {enabled: true}}
                http: {addr: "127.0.0.1:%2$d"}
                auth: {htpasswd: {realm: tests, path: %1$s/htpasswd}}
                """.formatted(folder, port));
        start();
    }

    /** Starts it again. */
    public void start() throws IOException {
        process = new ProcessBuilder(
                        BINARY.toString(), "serve", folder.resolve("config.yml").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        HttpRequest look = HttpRequest.newBuilder(URI.create("http://" + host() + "/v2/"))
                .timeout(Duration.ofSeconds(1))
                .build();
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (System.nanoTime() < until && process.isAlive()) {
                try {
                    if (http.send(look, HttpResponse.BodyHandlers.discarding()).statusCode() == 401) {
                        return;
                    }
                } catch (IOException e) {
                    Thread.onSpinWait(); // not yet
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("the registry did not start: " + Files.readString(folder.resolve("log")));
    }

    /** Stops it; what it was given stays. */
    public void stop() {
        process.destroyForcibly();
        process.onExit().join();
    }

    public String host() {
        return "127.0.0.1:" + port;
    }

    /** Pushes an image of the engine, and takes it from the engine. */
    public void push(String local, String path, String tag) throws IOException {
        String name = host() + "/" + path;
        AuthConfig auth =
                new AuthConfig().withUsername(USER).withPassword(PASSWORD).withRegistryAddress(host());
        try (DockerClient docker = TestImages.client()) {
            docker.tagImageCmd(local, name, tag).exec();
            docker.pushImageCmd(name).withTag(tag).withAuthConfig(auth).start().awaitCompletion();
            docker.removeImageCmd(name + ":" + tag).withNoPrune(true).exec();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
