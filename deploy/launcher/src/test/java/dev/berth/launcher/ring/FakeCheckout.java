package dev.berth.launcher.ring;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** A checkout as the build leaves it: the real launcher with the broker's jars, and four services that do nothing. */
final class FakeCheckout {
    private FakeCheckout() {}

    static Path in(Path folder) throws IOException {
        for (String module : List.of("api-gateway", "provisioner", "metering", "billing")) {
            Path target = Files.createDirectories(folder.resolve(module).resolve("target"));
            jar(target.resolve(module + "-1-app.jar"), classes("test-classes"), "dev/berth/launcher/ring/FakeService");
            jar(target.resolve(module + "-1.jar"), classes("test-classes"), "dev/berth/launcher/ring/FakeService");
        }
        Path target = Files.createDirectories(folder.resolve("deploy/launcher/target/lib"))
                .getParent();
        jar(target.resolve("launcher.jar"), classes("classes"), "");
        int number = 0;
        for (String entry : System.getProperty("java.class.path").split(":")) {
            Path jar = Path.of(entry);
            if (entry.endsWith(".jar")) {
                link(target.resolve("lib").resolve(jar.getFileName()), jar);
            } else if (!entry.contains("launcher/target")) {
                jar(target.resolve("lib/classes-%d.jar".formatted(number++)), jar, "");
            }
        }
        return folder;
    }

    private static void link(Path file, Path existing) throws IOException {
        try {
            Files.createLink(file, existing);
        } catch (IOException | UnsupportedOperationException e) {
            Files.copy(existing, file);
        }
    }

    private static Path classes(String kind) {
        return Path.of("target", kind).toAbsolutePath();
    }

    private static void jar(Path file, Path classes, String prefix) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Start-Class", "dev.berth.launcher.ring.FakeService");
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest);
                Stream<Path> files = Files.walk(classes)) {
            for (Path path : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = classes.relativize(path).toString();
                if (name.startsWith(prefix) && !name.equals("META-INF/MANIFEST.MF")) {
                    jar.putNextEntry(new ZipEntry(name));
                    Files.copy(path, jar);
                    jar.closeEntry();
                }
            }
        }
    }
}
