package dev.berth.launcher.ring;

import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.data.Folders;
import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.data.ProcessIdentity;
import dev.berth.launcher.data.RunState;
import dev.berth.launcher.data.StateFile;
import dev.berth.launcher.machine.Machine;
import dev.berth.launcher.part.HttpProbe;
import dev.berth.launcher.part.JavaProgram;
import dev.berth.launcher.part.Ports;
import dev.berth.launcher.part.Programs;
import dev.berth.schema.Service;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes the start-up caches of a new build (JDK 25's ahead-of-time cache: classes read and linked). A second ring of the same programs,
 * with empty data of its own and other ports, runs in the background at the lowest priority after the first start, and writes
 * what it loaded as it ends. The ring that serves is not touched, and a cache counts only once it is whole. Nothing of tenants is in it.
 */
public final class CacheTraining implements AutoCloseable {
    private static final long NEEDED_MEMORY_MIB = 3_000;
    private static final long PAUSE_SECONDS = 20;
    private static final int FIRST_PORT = 21_000;
    private static final int LAST_PORT = 31_000;
    private static final List<String> VISITS = List.of(
            "/readyz", "/healthz", "/", "/v1/plans", "/v1/prices", "/v1/sizes", "/v1/openapi.json", "/v1/quota");

    private final RingSettings settings;
    private final Progress progress;
    private final DataDirectory scratch;

    private volatile @Nullable Thread thread;

    /** A training of the programs that run with these settings. */
    public CacheTraining(RingSettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
        this.scratch = DataDirectory.at(settings.data().run().resolve("training"));
    }

    /**
     * Begins in the background when caches are wanted and missing, as soon as the machine is idle and has memory for a second ring;
     * otherwise does nothing.
     */
    public void begin() {
        Programs programs = Programs.of(settings.checkout(), settings.data());
        if (!settings.makesCaches()
                || missing(programs).isEmpty()
                || settings.externalDatabase().isPresent()) {
            return;
        }
        thread = Thread.ofVirtual().name("cache-training").start(() -> run(programs));
    }

    private static List<JavaProgram> all(Programs programs) {
        List<JavaProgram> all = new ArrayList<>();
        for (Service service : Service.values()) {
            all.add(programs.service(service));
        }
        all.add(programs.broker(DataDirectory.at(programs.folder())));
        return all;
    }

    private static List<JavaProgram> missing(Programs programs) {
        return all(programs).stream()
                .filter(program -> !Files.exists(program.cache()))
                .toList();
    }

    private void run(Programs programs) {
        try {
            do {
                TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
            } while (Machine.busy());
            if (Machine.availableMemoryMib() < NEEDED_MEMORY_MIB
                    || missing(programs).isEmpty()) {
                return;
            }
            try (FileChannel file = FileChannel.open(
                            programs.folder().resolve("training.lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
                    FileLock alone = file.tryLock()) {
                if (alone != null) {
                    progress.say("caches", "making start-up caches in the background; the next start is quicker");
                    record(programs);
                    progress.say("caches", "%d start-up caches made".formatted(keep(programs)));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (LaunchException | IOException e) {
            progress.say("caches", "not made: %s (Berth runs as well without them)".formatted(e.getMessage()));
        } finally {
            cleanUp();
        }
    }

    private void record(Programs programs) throws InterruptedException {
        RingSettings rehearsal =
                new RingSettings(settings.checkout(), scratch, freePorts(), "127.0.0.1", rehearsalEnvironment());
        try (Ring ring = Ring.open(rehearsal, new Progress(nowhere()))) {
            ring.begin(() -> programs, true);
            for (Service service : Service.values()) {
                for (String path : VISITS) {
                    HttpProbe.get("127.0.0.1", rehearsal.ports().of(service), path);
                }
            }
        }
    }

    private Map<String, String> rehearsalEnvironment() {
        Map<String, String> environment = new HashMap<>(settings.environment());
        // What is the operator's own must not be taken for this one's, nor its files for strays.
        List.of(
                        "BERTH_KAFKA",
                        "BERTH_OPERATOR_KEY",
                        "BERTH_IDENTITY_SECRET",
                        "BERTH_SECRET_KEY",
                        "BERTH_SIGNING_SECRET",
                        "BERTH_INSTALLATION",
                        "BERTH_VOLUME_DIR",
                        "BERTH_FILE_DIR")
                .forEach(environment::remove);
        // A rehearsal pays for nothing.
        RingSettings.STRIPE_SETTINGS.forEach(environment::remove);
        environment.remove(RingSettings.STRIPE);
        environment.put("BERTH_MIN_MEMORY_MIB", "0");
        return environment;
    }

    private static PrintStream nowhere() {
        return new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
    }

    private static Ports freePorts() {
        for (int first = FIRST_PORT; first < LAST_PORT; first += 7) {
            Ports ports = new Ports(first);
            if (ports.all().keySet().stream().allMatch(port -> Machine.free("127.0.0.1", port))) {
                return ports;
            }
        }
        throw new LaunchException("no seven free ports in a row", "End some programs.");
    }

    private static long keep(Programs programs) throws IOException {
        long kept = 0;
        for (JavaProgram program : all(programs)) {
            if (Files.exists(program.recordingTo())) {
                Files.move(program.recordingTo(), program.cache(), StandardCopyOption.ATOMIC_MOVE);
                kept++;
            }
        }
        return kept;
    }

    /** Ends what a training left running, such as one whose launcher was killed, and removes its data. */
    public void cleanUp() {
        if (!scratch.exists()) {
            return;
        }
        Optional<RunState> state = new StateFile(scratch).read();
        state.ifPresent(former -> LeftOvers.of(former).forEach(part -> kill(part.process())));
        try {
            Folders.remove(scratch.root());
        } catch (IOException e) {
            progress.say("caches", "%s cannot be removed: %s".formatted(scratch.root(), e));
        }
    }

    private static void kill(@Nullable ProcessIdentity process) {
        if (process != null) {
            process.handle().ifPresent(handle -> {
                handle.descendants().forEach(ProcessHandle::destroyForcibly);
                handle.destroyForcibly();
            });
        }
    }

    /** Breaks a training off. */
    @Override
    public void close() {
        Thread running = thread;
        if (running != null && running.isAlive()) {
            running.interrupt();
            cleanUp();
        }
    }
}
