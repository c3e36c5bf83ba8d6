package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.data.RunState;
import dev.berth.launcher.data.StateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All of Berth as {@code ./berth up} starts it, in a data directory of its own and on ports of its own; one for all walks of a
 * JVM, taken down with it, and one for who needs it otherwise.
 */
final class Ring implements Installation, AutoCloseable {
    /** Two JVMs that start at the same time must not find the same ports free; their process ids lie close together. */
    private static final int PORT =
            freePorts(18_180 + 100 * (int) (ProcessHandle.current().pid() % 90), 7);

    private final Path root = checkout();
    private final DataDirectory data;
    private final int port;
    private final Map<String, String> settings = new HashMap<>(Map.of(
            "BERTH_INVENTORY_INTERVAL", "2s",
            "BERTH_WATERMARK_STEP", "1s",
            "BERTH_AUTOSCALE_INTERVAL", "3s",
            "BERTH_ENGINE_RETENTION", "30s",
            "BERTH_MACHINES", "always"));
    private final AtomicBoolean isUp = new AtomicBoolean(true);

    private Ring(int port, Map<String, String> more, String... options) {
        this.port = port;
        settings.putAll(more);
        try {
            data = DataDirectory.at(Files.createTempDirectory("berth-walk"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        List<String> up = new ArrayList<>(List.of("up", "-d", "--no-build", "--port", String.valueOf(port)));
        up.addAll(List.of(options));
        berth(Duration.ofMinutes(4), up.toArray(String[]::new));
    }

    private static final class Shared {
        static final Ring RING = new Ring(PORT, Map.of());
    }

    static Ring shared() {
        return Shared.RING;
    }

    /** One more, with the double of Stripe and a seller in Germany. */
    static Ring withStripe() {
        Map<String, String> seller = Map.of("BERTH_SELLER_COUNTRY", "DE", "BERTH_SELLER_VAT_ID", "DE136695976");
        return new Ring(freePorts(PORT + 50, 8), seller, "--stripe=test-double");
    }

    @Override
    public URI gateway() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The double of Stripe, of a ring that has one. */
    Api stripe() {
        return new Api(URI.create("http://127.0.0.1:" + (port + 7)), "sk_test_" + data.secret("stripe-double-key"));
    }

    @Override
    public String operatorKey() {
        return data.operatorKey();
    }

    /** The services, each of which must bear to be killed at any moment. */
    List<String> killable() {
        return state().parts().stream()
                .map(RunState.PartState::name)
                .filter(name -> !name.equals("postgresql") && !name.equals("kafka"))
                .toList();
    }

    /** {@code kill -9}, and waits until the process is gone. */
    void kill(String part) {
        ProcessHandle process = part(part).process().handle().orElseThrow();
        process.destroyForcibly();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** Kills the broker and removes all that it stored, before the supervisor starts it again on an empty disk. */
    void loseKafka() {
        Path log = data.kafka();
        Path lost = log.resolveSibling("kafka-lost-" + System.nanoTime());
        try {
            kill("kafka");
            Files.move(log, lost);
            Files.createDirectories(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until every part runs and every service says that it is ready. */
    void awaitReady() {
        Until.value(
                "all parts run",
                Duration.ofMinutes(1),
                this::state,
                state -> state.parts().stream().allMatch(RunState.PartState::alive));
        for (int at = port; at < port + 4; at++) {
            Api service = new Api(URI.create("http://127.0.0.1:" + at), "");
            Until.value(
                    "port %d is ready".formatted(at),
                    Duration.ofMinutes(3),
                    () -> ready(service),
                    Boolean::booleanValue);
        }
    }

    private static boolean ready(Api service) {
        try {
            return service.get("/readyz").status() == 200;
        } catch (AssertionError away) {
            return false;
        }
    }

    private RunState state() {
        return new StateFile(data).read().orElseThrow();
    }

    private RunState.PartState part(String name) {
        return state().parts().stream()
                .filter(part -> part.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        if (!isUp.getAndSet(false)) {
            return;
        }
        berth(Duration.ofMinutes(1), "down", "--no-build", "--containers");
        try (Stream<Path> files = Files.walk(data.root())) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void berth(Duration atMost, String... args) {
        List<String> command = new ArrayList<>(List.of(root.resolve("berth").toString()));
        command.addAll(List.of(args));
        command.addAll(List.of("--data", data.root().toString()));
        try {
            Path out = Files.createTempFile("berth-walk", ".out");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            builder.environment().putAll(settings);
            Process process = builder.start();
            boolean ended = process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
            String said = Files.readString(out, StandardCharsets.UTF_8);
            Files.delete(out);
            assertThat(ended && process.exitValue() == 0)
                    .as("berth %s\n%s", String.join(" ", args), said)
                    .isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The first of so many free ports in a row, from there on. */
    static int freePorts(int from, int count) {
        for (int first = from; first < from + 10_000; first += 100) {
            if (IntStream.range(first, first + count).allMatch(Ring::isFree)) {
                return first;
            }
        }
        throw new AssertionError("no %d free ports in a row".formatted(count));
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    /** The root of the checkout that the walks run in. */
    static Path checkout() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("berth"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new AssertionError("the walks run inside a checkout of Berth");
        }
        return folder;
    }
}
