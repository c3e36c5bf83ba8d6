package dev.berth.launcher.part;

import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.data.LaunchException;
import dev.berth.schema.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The programs of one build, as they run: class paths, main classes, memory, start-up caches. */
public final class Programs {
    private final Path folder;
    private final Path javaBinary = Path.of(System.getProperty("java.home"), "bin", "java");

    Programs(Path folder) {
        this.folder = folder;
    }

    /**
     * The programs of the checkout at that path, copied where they stay as they are.
     *
     * @throws LaunchException when it was not built, or the copy cannot be written
     */
    public static Programs of(Path checkout, DataDirectory data) {
        return new ProgramCopy(checkout, data).make();
    }

    /**
     * The provisioner waits for the engine and the database; what the second compiler does for it would take the processors from the
     * launches of the first hours, and never come back.
     */
    private static JavaProgram.Jit jit(Service service) {
        return service == Service.PROVISIONER ? JavaProgram.Jit.QUICK : JavaProgram.Jit.FULL;
    }

    /** The folder of this build. */
    public Path folder() {
        return folder;
    }

    /** Where the start-up cache of a part is, or will be. */
    public Path cache(String part) {
        return folder.resolve(part + ".aot");
    }

    /** A service as a program. */
    public JavaProgram service(Service service) {
        try {
            List<Path> classPath = Files.readAllLines(folder.resolve(service.schema() + ".classpath")).stream()
                    .map(folder::resolve)
                    .toList();
            String mainClass = Files.readString(folder.resolve(service.schema() + ".main"));
            return new JavaProgram(
                    javaBinary,
                    classPath,
                    mainClass,
                    List.of(),
                    service == Service.METERING ? 512 : 256,
                    jit(service),
                    cache(service.schema()),
                    JavaProgram.CacheUse.USE);
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    /** The jars of the launcher itself, for one that goes on in the background. */
    public List<Path> launcherClassPath() {
        try (Stream<Path> jars = Files.list(folder.resolve("launcher"))) {
            return jars.sorted().toList();
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    private LaunchException damaged(IOException cause) {
        return new LaunchException(
                "The copied programs in %s are damaged: %s".formatted(folder, cause),
                "Remove that folder; it is made again.",
                cause);
    }

    /** The Stripe double as a program. */
    public JavaProgram stripeDouble() {
        return new JavaProgram(
                javaBinary,
                launcherClassPath(),
                "dev.berth.stripe.DoubleMain",
                List.of(),
                128,
                JavaProgram.Jit.QUICK,
                cache(StripeDoublePart.NAME),
                JavaProgram.CacheUse.NONE);
    }

    /** The broker as a program. */
    public JavaProgram broker(DataDirectory data) {
        return new JavaProgram(
                javaBinary,
                launcherClassPath(),
                "dev.berth.launcher.broker.BrokerMain",
                List.of(BrokerPart.settingsFile(data).toString()),
                320,
                JavaProgram.Jit.QUICK,
                cache("kafka"),
                JavaProgram.CacheUse.USE);
    }
}
