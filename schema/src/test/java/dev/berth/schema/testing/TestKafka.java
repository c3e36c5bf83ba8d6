package dev.berth.schema.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka broker (KRaft, one node) in a child JVM that ends with this one. {@link #shared()} is one for all tests of a JVM;
 * its topics outlive a test, so begin with {@link #clean()}. Fault tests {@link #start()} one of their own. Not thread-safe.
 */
public final class TestKafka implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);

    private final Path directory;
    private final int port;
    private final int controllerPort;
    private @Nullable Process process;

    private TestKafka() {
        try {
            directory = Files.createTempDirectory("berth-kafka-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        port = freePort();
        controllerPort = freePort();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** The broker that all tests of this JVM share, started by the first call. */
    public static TestKafka shared() {
        return Shared.KAFKA;
    }

    /** A broker of one's own, running; close it. */
    public static TestKafka start() {
        TestKafka kafka = new TestKafka();
        kafka.format();
        kafka.run();
        return kafka;
    }

    /** Where clients connect. The same after {@link #restart()} and {@link #wipe()}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** A client; close it. */
    public Admin admin() {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                60_000));
    }

    /** Deletes all topics but Kafka's own, and starts the broker if it was killed. Close what uses them first. */
    public TestKafka clean() {
        if (process == null) {
            run();
        }
        try (Admin admin = admin()) {
            long deadline = System.nanoTime() + READY_WITHIN.toNanos();
            for (Set<String> names = admin.listTopics().names().get();
                    !names.isEmpty();
                    names = admin.listTopics().names().get()) {
                for (KafkaFuture<Void> one :
                        admin.deleteTopics(names).topicNameValues().values()) {
                    one.toCompletionStage()
                            .toCompletableFuture()
                            .exceptionally(
                                    gone -> null) // the broker that lists hears of the end later than the controller
                            .get();
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new IllegalStateException("topics that do not go away: " + names);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("could not delete the topics", e);
        }
        return this;
    }

    /** Kills it as kill -9 does; what it had acknowledged is in the operating system's hands and survives. */
    public void kill() {
        Process current = process;
        process = null;
        if (current != null) {
            current.destroyForcibly();
            try {
                current.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Starts it again with the data it had. */
    public void restart() {
        kill();
        run();
    }

    /** Kills it, deletes all of its data, and starts it anew: another cluster at the same address. */
    public void wipe() {
        kill();
        delete(directory.resolve("log"));
        format();
        run();
    }

    /** Remembers its data as they are now. */
    public void keep() {
        kill();
        delete(directory.resolve("kept"));
        copy(directory.resolve("log"), directory.resolve("kept"));
        run();
    }

    /** Kills it and puts back what {@link #keep()} remembered, as a power loss forgets what was acknowledged since. */
    public void lose() {
        kill();
        delete(directory.resolve("log"));
        copy(directory.resolve("kept"), directory.resolve("log"));
        run();
    }

    @Override
    public void close() {
        kill();
        delete(directory);
    }

    private void format() {
        try {
            Files.writeString(properties(), properties(port, controllerPort, directory.resolve("log")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int exit = kafka.tools.StorageTool.execute(
                new String[] {
                    "format",
                    "--standalone",
                    "-t",
                    Uuid.randomUuid().toString(),
                    "-c",
                    properties().toString()
                },
                new java.io.PrintStream(java.io.OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        if (exit != 0) {
            throw new IllegalStateException("Kafka's storage could not be formatted in " + directory);
        }
    }

    private Path properties() {
        return directory.resolve("server.properties");
    }

    private void run() {
        Deque<String> lastLines = new ArrayDeque<>();
        CountDownLatch started = new CountDownLatch(1);
        Process child;
        try {
            Path logging = Files.writeString(directory.resolve("logback.xml"), """
                    <configuration><appender name="out" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%d %-5level %logger{20} %msg%n</pattern></encoder></appender><root level="INFO"><appender-ref ref="out"/></root></configuration>
                    """);
            child = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Xshare:auto",
                            "--enable-native-access=ALL-UNNAMED",
                            "-Dlogback.configurationFile=" + logging,
                            "-cp",
                            System.getProperty("java.class.path"),
                            BrokerChild.class.getName(),
                            properties().toString()))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = child;
        Thread.ofVirtual().start(() -> read(child, lastLines, started));
        try {
            if (!started.await(READY_WITHIN.toSeconds(), TimeUnit.SECONDS) || !child.isAlive()) {
                throw new IllegalStateException("Kafka did not start within %s; its last words:%n%s"
                        .formatted(READY_WITHIN, String.join("\n", lastLines)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void read(Process child, Deque<String> lastLines, CountDownLatch started) {
        try (BufferedReader lines = child.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (lastLines) {
                    lastLines.addLast(line);
                    if (lastLines.size() > 40) {
                        lastLines.removeFirst();
                    }
                }
                if (line.contains("Kafka Server started")) {
                    started.countDown();
                }
            }
        } catch (IOException e) {
            // the child was killed
        } finally {
            started.countDown();
        }
    }

    /** One node that is broker and controller, small, with internal topics of one partition. */
    private static String properties(int port, int controllerPort, Path log) {
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.bootstrap.servers=127.0.0.1:%2$d
                controller.listener.names=CONTROLLER
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
                log.dirs=%3$s
                auto.create.topics.enable=false
                offsets.topic.num.partitions=1
                offsets.topic.replication.factor=1
                transaction.state.log.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                share.coordinator.state.topic.num.partitions=1
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                group.initial.rebalance.delay.ms=0
                log.index.size.max.bytes=65536
                log.cleaner.dedupe.buffer.size=4194304
                log.segment.delete.delay.ms=100
                num.network.threads=2
                num.io.threads=2
                background.threads=2
                num.recovery.threads.per.data.dir=1
                """.formatted(port, controllerPort, log);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            // a file of a child that is still ending; the directory is temporary
        }
    }

    private static final class Shared {
        static final TestKafka KAFKA = start();
    }
}
