package dev.berth.launcher.part;

import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.data.Folders;
import dev.berth.launcher.data.LaunchException;
import dev.berth.schema.Service;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

/**
 * Copies the programs as they were built to a folder of their own, named after what is in them: a rebuild does not pull a jar away
 * from under a service that runs, libraries that services share are one file, and their dates never change, which start-up caches
 * depend on. All data directories of a checkout share the copy; where the checkout cannot be written it is in the data directory.
 */
final class ProgramCopy {
    private static final Map<Service, String> MODULES = Map.of(
            Service.GATEWAY, "api-gateway",
            Service.PROVISIONER, "provisioner",
            Service.METERING, "metering",
            Service.BILLING, "billing");
    private static final String BOOT_LIB = "BOOT-INF/lib/";
    private static final String COMPLETE = "complete";

    private final Path checkout;
    private final Path target;
    private final Path store;

    ProgramCopy(Path checkout, DataDirectory data) {
        this.checkout = checkout.toAbsolutePath();
        this.target = this.checkout.resolve("deploy/launcher/target");
        this.store = Files.isWritable(target) ? target.resolve("app") : data.app();
    }

    /** Makes the copy where it is missing; copies of former builds go, unless something runs from them. */
    Programs make() {
        try {
            Map<Service, Path> apps = new TreeMap<>();
            for (Service service : Service.values()) {
                apps.put(service, appJar(service));
            }
            List<Path> launcher = launcherJars();
            Path folder = store.resolve(stamp(apps, launcher));
            if (!Files.exists(folder.resolve(COMPLETE))) {
                Files.createDirectories(store);
                copyAlone(apps, launcher, folder);
            }
            return new Programs(folder);
        } catch (IOException e) {
            throw new LaunchException(
                    "The programs cannot be copied into %s: %s".formatted(store, e),
                    "They need 300 MB. 'df -h %s' shows what is free.".formatted(checkout),
                    e);
        }
    }

    private void copyAlone(Map<Service, Path> apps, List<Path> launcher, Path folder) throws IOException {
        try (FileChannel lock = FileChannel.open(
                        store.resolve("copying.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var held = lock.lock()) {
            if (!held.isValid() || Files.exists(folder.resolve(COMPLETE))) {
                return;
            }
            Path draft = store.resolve("copying");
            Folders.remove(draft);
            copy(apps, launcher, draft);
            Folders.remove(folder);
            Files.writeString(draft.resolve(COMPLETE), "");
            Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
            removeUnused(folder);
        }
    }

    private Path appJar(Service service) throws IOException {
        Path built = checkout.resolve(MODULES.get(service)).resolve("target");
        return find(built, "-app.jar")
                .orElseThrow(() -> new LaunchException(
                        "There is no %s/*-app.jar: Berth was not built.".formatted(built),
                        "Run ./berth up without --no-build."));
    }

    private static Optional<Path> find(Path folder, String suffix) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .findFirst();
        }
    }

    private List<Path> launcherJars() throws IOException {
        List<Path> jars = new ArrayList<>();
        jars.add(target.resolve("launcher.jar"));
        try (Stream<Path> files = Files.list(target.resolve("lib"))) {
            files.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(jars::add);
        }
        return jars;
    }

    /** From what is in the jars, not from their dates: a build of the same sources is the same build. */
    private static String stamp(Map<Service, Path> apps, List<Path> launcher) throws IOException {
        CRC32 sum = new CRC32();
        for (Path app : apps.values()) {
            addEntries(sum, app);
        }
        for (Path jar : launcher) {
            String name = jar.getFileName().toString();
            sum.update(name.getBytes(StandardCharsets.UTF_8));
            if (name.startsWith("launcher") || name.startsWith("schema") || name.startsWith(StripeDoublePart.NAME)) {
                addEntries(sum, jar);
            }
        }
        sum.update(Runtime.version().toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }

    /** Every class and library by name and checksum; not Maven's own files, which carry the time of the build. */
    private static void addEntries(CRC32 sum, Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            jar.stream()
                    .filter(entry -> !entry.isDirectory() && !entry.getName().contains("META-INF/"))
                    .filter(entry -> !entry.getName().startsWith(BOOT_LIB + "schema-"))
                    .map(entry -> entry.getName() + " " + entry.getCrc())
                    .sorted()
                    .forEach(line -> sum.update(line.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static void copy(Map<Service, Path> apps, List<Path> launcher, Path draft) throws IOException {
        Path lib = Files.createDirectories(draft.resolve("lib"));
        Map<String, Long> known = new HashMap<>();
        for (Map.Entry<Service, Path> app : apps.entrySet()) {
            copy(app.getKey(), app.getValue(), draft, lib, known);
        }
        Path launcherLib = Files.createDirectories(draft.resolve("launcher"));
        for (Path jar : launcher) {
            Files.copy(jar, launcherLib.resolve(jar.getFileName()));
        }
    }

    private static void copy(Service service, Path app, Path draft, Path lib, Map<String, Long> known)
            throws IOException {
        List<String> classPath = new ArrayList<>();
        classPath.add(service.schema() + ".jar");
        Files.copy(
                app.resolveSibling(app.getFileName().toString().replace("-app.jar", ".jar")),
                draft.resolve(service.schema() + ".jar"));
        try (JarFile jar = new JarFile(app.toFile())) {
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
            Files.write(draft.resolve(service.schema() + ".classpath"), classPath);
            Files.writeString(
                    draft.resolve(service.schema() + ".main"),
                    jar.getManifest().getMainAttributes().getValue("Start-Class"));
        }
    }

    private static boolean isLibrary(String name) {
        return name.startsWith(BOOT_LIB) && name.endsWith(".jar");
    }

    private void removeUnused(Path current) throws IOException {
        List<Path> others;
        try (Stream<Path> builds = Files.list(store)) {
            others = builds.filter(build -> Files.isDirectory(build) && !build.equals(current))
                    .toList();
        }
        for (Path other : others) {
            if (!inUse(other)) {
                Folders.remove(other);
            }
        }
    }

    /** Whether some process was started from there; one that this user may not see counts as such. */
    private static boolean inUse(Path folder) {
        return ProcessHandle.allProcesses().anyMatch(process -> {
            Path commandLine = Path.of("/proc", Long.toString(process.pid()), "cmdline");
            try {
                return Files.readString(commandLine, StandardCharsets.ISO_8859_1)
                        .contains(folder.toString());
            } catch (IOException e) {
                return Files.exists(commandLine);
            }
        });
    }
}
