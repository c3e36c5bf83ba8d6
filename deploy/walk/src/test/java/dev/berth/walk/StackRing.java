package dev.berth.walk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.launcher.engine.Engine;
import dev.berth.launcher.engine.SampleImage;
import dev.berth.launcher.machine.DockerHost;
import dev.berth.walk.compose.ComposeFile;
import dev.berth.walk.compose.ComposeProject;
import dev.berth.walk.compose.PartContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * All of Berth from its images, as an operator with one machine runs it: the images that {@code deploy/images/build} makes, the
 * settings that {@code deploy/stack/init} writes, the parts of {@code deploy/stack/compose.yaml}. Its own installation on the
 * engine; closing it removes every part and every container of its tenants, and so does the end of the JVM.
 */
final class StackRing implements Installation, AutoCloseable {
    static final List<String> SERVICES = List.of("api-gateway", "provisioner", "metering", "billing");

    /** Making the bases of the images from packages takes minutes, once. */
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(15);

    /** What Berth makes on an engine, with the words that remove it, in the order in which it can be removed. */
    private static final Map<String, List<String>> KINDS = new TreeMap<>(
            Map.of("container", List.of("rm", "-fv"), "network", List.of("rm"), "volume", List.of("rm", "-f")));

    private final Path root = Ring.checkout();
    private final Path out = root.resolve("deploy/walk/target/stack");
    private final String name = "berth-walk-" + UUID.randomUUID().toString().substring(0, 8);
    private final Map<String, String> settings;
    private final ComposeProject project;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread atExit = new Thread(this::removeAll);

    private StackRing() {
        SampleImage.ensure(new Engine(DockerHost.LOCAL), () -> false);
        run(BUILD_LIMIT, Map.of(), root.resolve("deploy/images/build"), "stack");
        settings = settings();
        project = new ComposeProject(name, ComposeFile.read(root.resolve("deploy/stack/compose.yaml"), settings));
    }

    /** Builds what has to be built, starts everything, and returns when all of it is healthy. */
    static StackRing up() {
        StackRing ring = new StackRing();
        Runtime.getRuntime().addShutdownHook(ring.atExit);
        try {
            ring.project.up();
        } catch (Throwable e) {
            String why = ring.project.whatIsNotWell();
            ring.close();
            throw new AssertionError(
                    "the parts did not start; what they said is in %s\n%s".formatted(ring.out, why), e);
        }
        return ring;
    }

    @Override
    public URI gateway() {
        return URI.create("http://127.0.0.1:" + settings.get("BERTH_PORT"));
    }

    @Override
    public String operatorKey() {
        return settings.get("BERTH_OPERATOR_KEY");
    }

    PartContainer part(String part) {
        return project.part(part);
    }

    /** What goes on running: PostgreSQL, Kafka and the services. */
    List<PartContainer> parts() {
        return project.parts().stream()
                .filter(part -> part.part().health().isPresent())
                .toList();
    }

    /** What is on the engine of this installation, its own parts and its tenants': each a kind and an id. */
    List<String> onTheEngine() {
        List<String> all = new ArrayList<>();
        KINDS.forEach((kind, command) -> {
            for (String filter : List.of("name=" + name, "label=dev.berth.installation=" + name)) {
                for (String id : found(kind, filter)) {
                    all.add(kind + " " + id);
                }
            }
        });
        return all;
    }

    @Override
    public void close() {
        removeAll();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private void removeAll() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            project.saveLogs(out);
        } finally {
            project.close(); // before its tenants' containers, which the provisioner would make anew
            KINDS.forEach((kind, remove) -> {
                List<String> tenants = found(kind, "label=dev.berth.installation=" + name);
                if (!tenants.isEmpty()) {
                    Witness.docker(Stream.of(List.of(kind), remove, tenants)
                            .flatMap(List::stream)
                            .toArray(String[]::new));
                }
            });
        }
    }

    private static List<String> found(String kind, String filter) {
        String which = kind.equals("container") ? "-aq" : "-q";
        return Witness.docker(kind, "ls", which, "--filter", filter).lines().toList();
    }

    /** The settings that an operator gets, in an installation, a project and on a port of their own, and with quick ticks. */
    private Map<String, String> settings() {
        Path env = out.resolve(name + ".env");
        run(
                Duration.ofMinutes(1),
                Map.of(
                        "COMPOSE_PROJECT_NAME", name,
                        "BERTH_INSTALLATION", name,
                        "BERTH_PORT", String.valueOf(Ring.freePorts(9_200, 1))),
                root.resolve("deploy/stack/init"),
                env.toString());
        Map<String, String> all = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(env)) {
                int equals = line.indexOf('=');
                all.put(line.substring(0, equals), line.substring(equals + 1));
            }
            Files.delete(env);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        all.put("BERTH_INVENTORY_INTERVAL", "2s");
        all.put("BERTH_WATERMARK_STEP", "1s");
        all.put("BERTH_ENGINE_RETENTION", "30s");
        all.put("BERTH_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1"); // a minute's run is over before C2 pays
        return all;
    }

    private void run(Duration atMost, Map<String, String> environment, Path program, String argument) {
        try {
            Files.createDirectories(out);
            Path said = out.resolve(program.getFileName() + ".log");
            ProcessBuilder builder = new ProcessBuilder(program.toString(), argument)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
            }
            assertThat(ended && process.exitValue() == 0)
                    .as("%s %s\n%s", program, argument, Files.readString(said, StandardCharsets.UTF_8))
                    .isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
