package dev.berth.bench.ring;

import dev.berth.launcher.child.Child;
import dev.berth.launcher.child.LogFile;
import dev.berth.launcher.child.StopSignal;
import dev.berth.launcher.part.HttpProbe;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The application that does nothing but one query, with the flags of a service of ours and a database of its own in the same PostgreSQL. */
public final class BareAlone implements AutoCloseable {
    private final Child child;
    private final int port;

    private BareAlone(Child child, int port) {
        this.child = child;
        this.port = port;
    }

    /** Starts it and waits until it answers. */
    public static BareAlone start(Path checkout, Path folder, int port, String jdbcUrl, String user, String password) {
        Path built = checkout.resolve("deploy/bare/target");
        if (!Files.exists(built.resolve("bare.jar"))) {
            throw new IllegalStateException("deploy/bare was not built");
        }
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms32m",
                "-Xmx256m",
                "-Xmn85m",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                built.resolve("bare.jar") + ":" + built.resolve("lib") + "/*",
                "dev.berth.bare.Main");
        Child child = Child.start(
                "bare",
                command,
                Map.of(
                        "SERVER_PORT",
                        Integer.toString(port),
                        "SERVER_ADDRESS",
                        "127.0.0.1",
                        "SPRING_THREADS_VIRTUAL_ENABLED",
                        "true",
                        "SPRING_DATASOURCE_URL",
                        jdbcUrl,
                        "SPRING_DATASOURCE_USERNAME",
                        user,
                        "SPRING_DATASOURCE_PASSWORD",
                        password,
                        "SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE",
                        "20"),
                new LogFile(folder.resolve("bare.log")));
        BareAlone bare = new BareAlone(child, port);
        try {
            Wait.until("the bare application is ready", Duration.ofMinutes(2), () -> {
                if (!child.alive()) {
                    throw new IllegalStateException(
                            "it ended: " + new LogFile(folder.resolve("bare.log")).lastLines(30));
                }
                return HttpProbe.get("127.0.0.1", port, "/things")
                        .filter(answer -> answer.status() == 200)
                        .isPresent();
            });
            return bare;
        } catch (RuntimeException e) {
            bare.close();
            throw e;
        }
    }

    /** Where it listens. */
    public URI base() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        Child.stop(child.identity(), StopSignal.TERM, Duration.ofSeconds(20));
    }
}
