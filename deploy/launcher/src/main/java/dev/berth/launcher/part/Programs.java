package dev.berth.launcher.part;

import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.data.Folders;
import dev.berth.launcher.data.LaunchException;
import dev.berth.schema.Service;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

/**
 * The programs as they were built, copied into the data directory: a rebuild does not pull a jar away from under a service that
 * runs, libraries that services share are one file, and their dates never change, which start-up caches depend on.
 * One folder a build, named after what is in it; folders of former builds are removed.
 */
public final class Programs {
    private static final Map<Service, String> MODULES = Map.of(
            Service.GATEWAY, "api-gateway",
            Service.PROVISIONER, "provisioner",
            Service.METERING, "metering",
            Service.BILLING, "billing");
    private static final String BOOT_LIB = "BOOT-INF/lib/";

    private final Path folder;
    private final Path javaBinary = Path.of(System.getProperty("java.home"), "bin", "java");

    private Programs(Path folder) {
        this.folder = folder;
    }

    /**
     * The programs of the checkout at that path.
     *
     * @throws LaunchException when it was not built, or the copy cannot be written
     */
    public static Programs of(Path checkout, DataDirectory data) {
        try {
            Map<Service, Path> apps = new HashMap<>();
            for (Service service : Service.values()) {
                apps.put(service, appJar(checkout, service));
            }
            List<Path> launcher = launcherJars(checkout);
            Path folder = data.app().resolve(stamp(apps, launcher));
            if (!Files.exists(folder.resolve("complete"))) {
                Path draft = data.app().resolve("copying");
                Folders.remove(draft);
                copy(apps, launcher, draft);
                Folders.remove(folder);
                Files.writeString(draft.resolve("complete"), "");
                Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
                removeOthers(data.app(), folder);
            }
            return new Programs(folder);
        } catch (IOException e) {
            throw new LaunchException(
                    "The programs cannot be copied into %s: %s".formatted(data.app(), e),
                    "They need 300 MB. 'df -h %s' shows what is free.".formatted(data.root()),
                    e);
        }
    }

    private static Path appJar(Path checkout, Service service) throws IOException {
        Path target = checkout.resolve(MODULES.get(service)).resolve("target");
        return find(target, "-app.jar")
                .orElseThrow(() -> new LaunchException(
                        "There is no %s/*-app.jar: Berth was not built.".formatted(target),
                        "Run ./berth up without --no-build."));
    }

    private static java.util.Optional<Path> find(Path folder, String suffix) throws IOException {
        if (!Files.isDirectory(folder)) {
            return java.util.Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .findFirst();
        }
    }

    private static List<Path> launcherJars(Path checkout) throws IOException {
        Path target = checkout.resolve("deploy/launcher/target");
        List<Path> jars = new ArrayList<>();
        jars.add(target.resolve("launcher.jar"));
        try (Stream<Path> files = Files.list(target.resolve("lib"))) {
            files.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(jars::add);
        }
        return jars;
    }

    private static String stamp(Map<Service, Path> apps, List<Path> launcher) throws IOException {
        CRC32 sum = new CRC32();
        List<Path> all = new ArrayList<>(launcher);
        for (Service service : Service.values()) {
            all.add(apps.get(service));
        }
        for (Path file : all) {
            String line = "%s %d %d\n"
                    .formatted(
                            file,
                            Files.size(file),
                            Files.getLastModifiedTime(file).toMillis());
            sum.update(line.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }

    private static void copy(Map<Service, Path> apps, List<Path> launcher, Path draft) throws IOException {
        Path lib = Files.createDirectories(draft.resolve("lib"));
        Map<String, Long> known = new HashMap<>();
        for (Map.Entry<Service, Path> entryOf : new java.util.TreeMap<>(apps).entrySet()) {
            Service service = entryOf.getKey();
            Path app = entryOf.getValue();
            List<String> classPath = new ArrayList<>();
            classPath.add(service.schema() + ".jar");
            Files.copy(
                    app.resolveSibling(app.getFileName().toString().replace("-app.jar", ".jar")),
                    draft.resolve(service.schema() + ".jar"));
            String mainClass;
            try (JarFile jar = new JarFile(app.toFile())) {
                mainClass = jar.getManifest().getMainAttributes().getValue("Start-Class");
                for (ZipEntry entry :
                        jar.stream().filter(e -> isLibrary(e.getName())).toList()) {
                    String name = entry.getName().substring(BOOT_LIB.length());
                    Long other = known.putIfAbsent(name, entry.getCrc());
                    String kept = other == null || other == entry.getCrc() ? name : service.schema() + "-" + name;
                    if (!Files.exists(lib.resolve(kept))) {
                        try (InputStream in = jar.getInputStream(entry)) {
                            Files.copy(in, lib.resolve(kept));
                        }
                    }
                    classPath.add("lib/" + kept);
                }
            }
            Files.write(draft.resolve(service.schema() + ".classpath"), classPath);
            Files.writeString(draft.resolve(service.schema() + ".main"), mainClass);
        }
        Path brokerLib = Files.createDirectories(draft.resolve("launcher"));
        for (Path jar : launcher) {
            Files.copy(jar, brokerLib.resolve(jar.getFileName()));
        }
    }

    private static boolean isLibrary(String name) {
        return name.startsWith(BOOT_LIB) && name.endsWith(".jar");
    }

    private static void removeOthers(Path app, Path folder) throws IOException {
        List<Path> others;
        try (Stream<Path> builds = Files.list(app)) {
            others = builds.filter(build -> !build.equals(folder)).toList();
        }
        for (Path other : others) {
            Folders.remove(other);
        }
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
                    256,
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

    /** The broker as a program. */
    public JavaProgram broker(DataDirectory data) {
        return new JavaProgram(
                javaBinary,
                launcherClassPath(),
                "dev.berth.launcher.broker.BrokerMain",
                List.of(BrokerPart.settingsFile(data).toString()),
                320,
                cache("kafka"),
                JavaProgram.CacheUse.USE);
    }
}
