package dev.berth.schema.wire;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.berth.schema.Consumer;
import dev.berth.schema.Service;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * A replica in a JVM of its own, a relay and an inbox with the effect of {@link Wires}, so that a test can stop, continue and
 * kill it as an operating system does.
 */
public final class ReplicaChild implements AutoCloseable {
    private final Process process;

    private ReplicaChild(Process process) {
        this.process = process;
    }

    static ReplicaChild start(Wires wires) {
        try {
            return new ReplicaChild(new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ReplicaChild.class.getName(),
                            wires.database.jdbcUrl(),
                            wires.bootstrapServers))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Freezes it: it runs no instruction until {@link #resume}, and does not know of the time between. */
    void pause() {
        signal("-STOP");
    }

    void resume() {
        signal("-CONT");
    }

    /** kill -9. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void signal(String signal) {
        try {
            int exit = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill %s answered %d".formatted(signal, exit));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The child: JDBC URL and bootstrap servers; ends when its parent does. */
    public static void main(String[] args) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(args[0]);
        config.setUsername(Service.GATEWAY.role());
        config.setMaximumPoolSize(4);
        Wire wire = new Wire(
                Service.GATEWAY,
                args[1],
                new HikariDataSource(config),
                InstantSource.system(),
                new SimpleMeterRegistry());
        new OutboxRelay(wire, Duration.ofDays(1)).start();
        new Inbox(wire, Consumer.GATEWAY_FEED, Wires::effect).start();
        ProcessHandle.current().parent().orElseThrow().onExit().join();
        Runtime.getRuntime().halt(1);
    }
}
